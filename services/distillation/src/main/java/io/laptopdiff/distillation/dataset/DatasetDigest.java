package io.laptopdiff.distillation.dataset;

import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.diffusion.dataset.ImageSource;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names what an encoding depends on: the images, their captions, the models that encode them, and
 * the resolution.
 */
final class DatasetDigest {

    private static final List<String> ENCODERS =
            List.of("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2");

    private DatasetDigest() {}

    /**
     * Names one encoding.
     *
     * @param teacher pipeline directory; the content of its encoders counts
     * @param images of which content, order and caption count; a copy elsewhere has the same name
     * @param format changes when samples are made or files are laid out in another way
     * @return a name for a directory
     */
    static String of(Path teacher, ImageSource images, String format) {
        ContentDigest digest = new ContentDigest().add(format).addModels(teacher, ENCODERS);
        // Hashing keeps up with most disks, the more so on all cores; encoding takes a thousand
        // times as long.
        List<String> contents =
                IntStream.range(0, images.size())
                        .parallel()
                        .mapToObj(i -> new ContentDigest().addBytes(images.content(i)).hex())
                        .toList();
        for (int i = 0; i < contents.size(); i++) {
            digest.add(images.caption(i)).add(contents.get(i));
        }
        return digest.name();
    }
}
