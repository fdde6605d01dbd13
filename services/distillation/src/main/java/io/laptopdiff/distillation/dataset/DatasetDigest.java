package io.laptopdiff.distillation.dataset;

import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import java.nio.file.Path;
import java.util.List;

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
     * @param resolution height and width in pixels
     * @param format changes when files are laid out in another way
     * @return a name for a directory
     */
    static String of(Path teacher, ImageFolder images, int resolution, int format) {
        ContentDigest digest =
                new ContentDigest()
                        .add("format " + format + " resolution " + resolution)
                        .addModels(teacher, ENCODERS);
        // Hashing keeps up with most disks, the more so on all cores; encoding takes a thousand
        // times as long.
        List<String> contents =
                images.entries().parallelStream()
                        .map(entry -> new ContentDigest().addFile(entry.file()).hex())
                        .toList();
        for (int i = 0; i < contents.size(); i++) {
            digest.add(images.entries().get(i).text()).add(contents.get(i));
        }
        return digest.name();
    }
}
