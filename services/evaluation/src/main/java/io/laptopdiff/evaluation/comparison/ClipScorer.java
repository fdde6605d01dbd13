package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images and captions as points of one space, by a CLIPModel (Radford et al., 2021). Its image
 * embeddings also serve as features of the Fréchet distance, as in clean-fid's CLIP mode: after the
 * projection, not normalised. E = width of the space.
 */
final class ClipScorer implements ImageFeatures {

    private final ClipImages images;
    private final ClipTokenizer tokenizer;
    private final int tokens;
    private final NDManager parent;

    private ClipScorer(ClipImages images, ClipTokenizer tokenizer, int tokens, NDManager parent) {
        this.images = images;
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
        Path apart = directory.resolve("tokenizer");
        ClipTokenizer tokenizer = ClipTokenizer.load(Files.isDirectory(apart) ? apart : directory);
        try {
            requireFitting(tokenizer, config, directory);
            int tokens = Math.min(tokenizer.maxLength(), config.text().maxPositions());
            return new ClipScorer(ClipImages.load(directory, parent), tokenizer, tokens, parent);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static void requireFitting(ClipTokenizer tokenizer, ClipConfig config, Path directory) {
        if (tokenizer.vocabSize() > config.text().vocabSize()) {
            throw new StageException(
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
        return Batches.rows(
                captions,
                (batch, pass) -> images.model().textEmbeds(tokenizer.encode(batch, tokens, pass)),
                parent,
                watcher);
    }

    @Override
    public float[][] images(List<BufferedImage> pictures, Watcher watcher) {
        return images.images(pictures, watcher);
    }

    /** exp(logit_scale). */
    double scale() {
        return images.model().scale();
    }

    @Override
    public void close() {
        images.close();
        tokenizer.close();
    }
}
