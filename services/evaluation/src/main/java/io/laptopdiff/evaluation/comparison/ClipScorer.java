package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipEncoder;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * A {@link ClipEncoder} over many images and captions. Its image embeddings also serve as features
 * of the Fréchet distance, as in clean-fid's CLIP mode: after the projection, not normalised. E =
 * width of the space.
 */
record ClipScorer(ClipEncoder encoder, NDManager parent) implements ImageFeatures {

    /**
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    static ClipScorer load(Path directory, NDManager parent) {
        return new ClipScorer(ClipEncoder.load(directory, parent), parent);
    }

    /** Embeds captions: (captions, E). */
    float[][] captions(List<String> captions, Watcher watcher) {
        return Batches.rows(captions, encoder::captions, parent, watcher);
    }

    @Override
    public float[][] images(List<BufferedImage> images, Watcher watcher) {
        return Batches.rows(images, encoder::images, parent, watcher);
    }

    /** Returns exp(logit_scale). */
    double scale() {
        return encoder.scale();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
