package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipEncoder;
import io.laptopdiff.diffusion.clip.ClipScore;
import io.laptopdiff.diffusion.clip.Embeddings;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * How well images fit captions, as {@link ClipScore} says. E = width of the encoder's space.
 *
 * @param captions (B, E)
 */
record ClipSimilarity(ClipEncoder encoder, float[][] captions, NDManager manager)
        implements AutoCloseable {

    /**
     * @param directory of a CLIPModel
     * @param captions that images are held against
     */
    static ClipSimilarity load(Path directory, List<String> captions, NDManager manager) {
        ClipEncoder encoder = ClipEncoder.load(directory, manager);
        try (NDManager step = manager.newSubManager()) {
            float[][] rows = Embeddings.rows(encoder.captions(captions, step));
            return new ClipSimilarity(encoder, rows, manager);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /** Scores each image with the caption of the same index, from 0 to 100. */
    double[] scores(List<BufferedImage> images) {
        float[][] embeddings = new float[images.size()][];
        for (int i = 0; i < embeddings.length; i++) { // alone: no image depends on its neighbours
            try (NDManager step = manager.newSubManager()) {
                embeddings[i] = Embeddings.rows(encoder.images(List.of(images.get(i)), step))[0];
            }
        }
        return ClipScore.each(embeddings, captions);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
