package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Images and captions as points of one space, by a CLIPModel (Radford et al., 2021). Its image
 * embeddings also serve as features of the Fréchet distance, as in clean-fid's CLIP mode: after the
 * projection, not normalised. E = width of the space.
 */
final class ClipScorer implements AutoCloseable {

    private static final int BATCH = 16; // images or captions of one pass, which bounds memory

    private final ClipModel model;
    private final ClipImageProcessor processor;
    private final ClipTokenizer tokenizer;
    private final int tokens;
    private final NDManager parent;

    private ClipScorer(
            ClipModel model,
            ClipImageProcessor processor,
            ClipTokenizer tokenizer,
            int tokens,
            NDManager parent) {
        this.model = model;
        this.processor = processor;
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.parent = parent;
    }

    /**
     * Reads a CLIPModel's directory with its tokenizer, beside the weights or in {@code
     * tokenizer/}.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    static ClipScorer load(Path directory, NDManager parent) {
        ClipConfig config = ClipConfig.read(directory);
        ClipImageProcessor processor = ClipImageProcessor.load(directory, config);
        Path apart = directory.resolve("tokenizer");
        ClipTokenizer tokenizer = ClipTokenizer.load(Files.isDirectory(apart) ? apart : directory);
        try {
            requireFitting(tokenizer, config, directory);
            int tokens = Math.min(tokenizer.maxLength(), config.text().maxPositions());
            return new ClipScorer(
                    ClipModel.load(directory, parent), processor, tokenizer, tokens, parent);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static void requireFitting(ClipTokenizer tokenizer, ClipConfig config, Path directory) {
        if (tokenizer.vocabSize() > config.text().vocabSize()) {
            throw new EvaluationException(
                    "The tokenizer has "
                            + tokenizer.vocabSize()
                            + " tokens where the model knows "
                            + config.text().vocabSize(),
                    directory.resolve("config.json") + ": text_config.vocab_size",
                    "Put the tokenizer of this very CLIP model beside it.");
        }
    }

    /** (captions, E). */
    float[][] captions(List<String> captions, Watcher watcher) {
        return inBatches(
                captions,
                (batch, manager) -> model.textEmbeds(tokenizer.encode(batch, tokens, manager)),
                watcher);
    }

    /** (images, E). */
    float[][] images(List<BufferedImage> images, Watcher watcher) {
        return inBatches(
                images,
                (batch, manager) -> model.imageEmbeds(processor.toPixels(batch, manager)),
                watcher);
    }

    private <T> float[][] inBatches(List<T> all, Embedding<T> embedding, Watcher watcher) {
        float[][] rows = new float[all.size()][];
        for (int from = 0; from < rows.length; from += BATCH) {
            watcher.check();
            int to = Math.min(rows.length, from + BATCH);
            try (NDManager pass = parent.newSubManager()) {
                NDArray embedded = embedding.of(all.subList(from, to), pass); // (to - from, E)
                float[] flat = embedded.toFloatArray();
                int width = flat.length / (to - from);
                for (int i = from; i < to; i++) {
                    rows[i] = Arrays.copyOfRange(flat, (i - from) * width, (i - from + 1) * width);
                }
            }
        }
        return rows;
    }

    @FunctionalInterface
    private interface Embedding<T> {
        NDArray of(List<T> batch, NDManager manager);
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
