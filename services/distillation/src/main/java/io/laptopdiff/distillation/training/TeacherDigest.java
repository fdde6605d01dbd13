package io.laptopdiff.distillation.training;

import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import java.nio.file.Path;
import java.util.List;

/**
 * Names what a training takes from its teacher: the content of every part that it reads. Size and
 * time of a file would not do, for a file that was copied anew has another time, and one that was
 * replaced may have the old one. It takes as long as reading the files once.
 */
final class TeacherDigest {

    private static final List<String> PARTS =
            List.of(
                    "unet",
                    "scheduler",
                    "vae",
                    "text_encoder",
                    "text_encoder_2",
                    "tokenizer",
                    "tokenizer_2");

    private TeacherDigest() {}

    /**
     * @param teacher pipeline directory
     * @return SHA-256 in hexadecimal digits
     */
    static String of(Path teacher) {
        return new ContentDigest().addModels(teacher, PARTS).hex();
    }
}
