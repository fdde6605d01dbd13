package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Encodes images and captions as points of one space: a CLIPModel (Radford et al., 2021) with its
 * tokenizer and image processor. E = width of the space.
 */
public final class ClipEncoder implements AutoCloseable {

    private final ClipModel model;
    private final ClipImageProcessor processor;
    private final ClipTokenizer tokenizer;

    private ClipEncoder(ClipModel model, ClipImageProcessor processor, ClipTokenizer tokenizer) {
        this.model = model;
        this.processor = processor;
        this.tokenizer = tokenizer;
    }

    /**
     * Reads a CLIPModel's directory with its tokenizer, beside the weights or in {@code
     * tokenizer/}.
     *
     * @param parent the weights live in a sub-manager of it
     * @throws CheckpointException naming file, and field or tensor
     */
    public static ClipEncoder load(Path directory, NDManager parent) {
        ClipTokenizer tokenizer = tokenizer(directory);
        ClipModel model = null;
        try {
            model = ClipModel.load(directory, parent);
            ClipImageProcessor processor = ClipImageProcessor.load(directory, model.config());
            return new ClipEncoder(model, processor, tokenizer);
        } catch (RuntimeException e) {
            tokenizer.close();
            if (model != null) {
                model.close();
            }
            throw e;
        }
    }

    /**
     * Holds a directory to everything that {@link #load} does, and keeps nothing.
     *
     * @throws CheckpointException as {@code load}
     */
    public static void verify(Path directory, NDManager parent) {
        ClipModel.verify(directory, parent);
        tokenizer(directory).close();
    }

    /**
     * Holds a directory to everything that {@link #load} does but the numbers of its weights, and
     * needs no engine.
     *
     * @throws CheckpointException naming file, and field or tensor
     */
    public static void verifyHeaders(Path directory) {
        ClipModel.verifyHeaders(directory);
        ClipImageProcessor.load(directory, ClipConfig.read(directory));
        tokenizer(directory).close();
    }

    private static ClipTokenizer tokenizer(Path directory) {
        int known = ClipConfig.read(directory).text().vocabSize();
        Path apart = directory.resolve("tokenizer");
        ClipTokenizer tokenizer = ClipTokenizer.load(Files.isDirectory(apart) ? apart : directory);
        if (tokenizer.vocabSize() > known) {
            int tokens = tokenizer.vocabSize();
            tokenizer.close();
            throw new CheckpointException(
                    "The tokenizer has " + tokens + " tokens where the model knows " + known,
                    directory.resolve("config.json"),
                    "text_config.vocab_size",
                    "Put the tokenizer of this very CLIP model beside it.");
        }
        return tokenizer;
    }

    /** Encodes captions to an array (captions, E), owned by the manager. */
    public NDArray captions(List<String> captions, NDManager manager) {
        int tokens = Math.min(tokenizer.maxLength(), model.config().text().maxPositions());
        return model.textEmbeds(tokenizer.encode(captions, tokens, manager));
    }

    /** Encodes images to an array (images, E), owned by the manager. */
    public NDArray images(List<BufferedImage> images, NDManager manager) {
        return model.imageEmbeds(processor.toPixels(images, manager));
    }

    /** Returns exp(logit_scale), as {@link ClipModel#scale} does. */
    public double scale() {
        return model.scale();
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
