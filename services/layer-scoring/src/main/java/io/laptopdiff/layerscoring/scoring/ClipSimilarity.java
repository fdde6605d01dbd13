package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How well images fit captions by a CLIPModel: 100 max(cosine, 0), CLIPScore (Hessel et al., 2021,
 * equation 1) with the weight 100 that text-to-image papers report. E = width of its space.
 */
final class ClipSimilarity implements AutoCloseable {

    private static final double WEIGHT = 100;

    private final ClipModel model;
    private final ClipImageProcessor processor;
    private final float[][] captions; // (B, E)
    private final NDManager manager;

    private ClipSimilarity(
            ClipModel model, ClipImageProcessor processor, float[][] captions, NDManager manager) {
        this.model = model;
        this.processor = processor;
        this.captions = captions;
        this.manager = manager;
    }

    /**
     * @param directory with its tokenizer, beside the weights or in {@code tokenizer/}
     * @param captions that images are held against
     */
    static ClipSimilarity load(Path directory, List<String> captions, NDManager manager) {
        Path apart = directory.resolve("tokenizer");
        ClipModel model = ClipModel.load(directory, manager);
        try (ClipTokenizer tokenizer =
                        ClipTokenizer.load(Files.isDirectory(apart) ? apart : directory);
                NDManager step = manager.newSubManager()) {
            requireFitting(tokenizer, model, directory);
            int tokens = Math.min(tokenizer.maxLength(), model.config().text().maxPositions());
            NDArray embeds = model.textEmbeds(tokenizer.encode(captions, tokens, step)); // (B, E)
            return new ClipSimilarity(
                    model,
                    ClipImageProcessor.load(directory, model.config()),
                    rows(embeds),
                    manager);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static void requireFitting(ClipTokenizer tokenizer, ClipModel model, Path directory) {
        if (tokenizer.vocabSize() > model.config().text().vocabSize()) {
            throw new StageException(
                    "The tokenizer has "
                            + tokenizer.vocabSize()
                            + " tokens where the model knows "
                            + model.config().text().vocabSize(),
                    directory.resolve("config.json") + ": text_config.vocab_size",
                    "Put the tokenizer of this very CLIP model beside it.");
        }
    }

    /** Of each image with the caption of the same index, from 0 to 100. */
    double[] scores(List<BufferedImage> images) {
        double[] scores = new double[images.size()];
        for (int i = 0; i < scores.length; i++) { // one by one: no image depends on its neighbours
            try (NDManager step = manager.newSubManager()) {
                float[][] embeds =
                        rows(model.imageEmbeds(processor.toPixels(List.of(images.get(i)), step)));
                scores[i] = WEIGHT * Math.max(0, cosine(embeds[0], captions[i]));
            }
        }
        return scores;
    }

    private static float[][] rows(NDArray embeds) {
        int width = (int) embeds.getShape().get(1);
        float[] flat = embeds.toFloatArray();
        float[][] rows = new float[flat.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        double length = Math.sqrt(squareA) * Math.sqrt(squareB);
        return length == 0 ? 0 : product / length;
    }

    @Override
    public void close() {
        model.close();
    }
}
