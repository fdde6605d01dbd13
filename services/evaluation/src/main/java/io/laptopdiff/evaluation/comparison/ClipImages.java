package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/** A CLIPModel's image tower, without need of a tokenizer. */
record ClipImages(ClipModel model, ClipImageProcessor processor, NDManager parent)
        implements ImageFeatures {

    static ClipImages load(Path directory, NDManager parent) {
        ClipModel model = ClipModel.load(directory, parent);
        try {
            return new ClipImages(
                    model, ClipImageProcessor.load(directory, model.config()), parent);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public float[][] images(List<BufferedImage> images, Watcher watcher) {
        return Batches.rows(
                images,
                (batch, pass) -> model.imageEmbeds(processor.toPixels(batch, pass)),
                parent,
                watcher);
    }

    @Override
    public void close() {
        model.close();
    }
}
