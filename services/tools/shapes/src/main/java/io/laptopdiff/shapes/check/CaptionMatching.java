package io.laptopdiff.shapes.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/** Retrieval: each image is given the caption of its group that the scorer finds most alike. */
final class CaptionMatching implements AutoCloseable {

    private final NDManager manager;
    private final ClipModel clip;
    private final ClipTokenizer tokenizer;
    private final ClipImageProcessor processor;

    /**
     * @param directory of a CLIPModel with its tokenizer
     */
    CaptionMatching(Path directory, NDManager parent) {
        manager = parent.newSubManager();
        clip = ClipModel.load(directory, manager);
        tokenizer = ClipTokenizer.load(directory);
        processor = ClipImageProcessor.load(directory, ClipConfig.read(directory));
    }

    /**
     * Returns how many images are given their own caption.
     *
     * @param images in the order of the captions; the last, incomplete group is a group too
     * @param groupSize captions among which an image's own must be found
     */
    int matched(List<BufferedImage> images, List<String> captions, int groupSize) {
        int matched = 0;
        for (int from = 0; from < captions.size(); from += groupSize) {
            int to = Math.min(captions.size(), from + groupSize);
            try (NDManager scope = manager.newSubManager()) {
                NDArray pixels = processor.toPixels(images.subList(from, to), scope);
                NDArray ids = tokenizer.encode(captions.subList(from, to), scope);
                float[] logits =
                        clip.logitsPerImage(clip.imageEmbeds(pixels), clip.textEmbeds(ids))
                                .toFloatArray();
                matched += onDiagonal(logits, to - from);
            }
        }
        return matched;
    }

    /**
     * The rows whose greatest number lies on the diagonal.
     *
     * @param logits (n, n), a row per image
     */
    static int onDiagonal(float[] logits, int n) {
        int count = 0;
        for (int row = 0; row < n; row++) {
            int best = 0;
            for (int column = 1; column < n; column++) {
                if (logits[row * n + column] > logits[row * n + best]) {
                    best = column;
                }
            }
            count += best == row ? 1 : 0;
        }
        return count;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
