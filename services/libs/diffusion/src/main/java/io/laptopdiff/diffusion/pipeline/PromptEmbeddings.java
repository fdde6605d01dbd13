package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.unet.AddedConditions;

/**
 * Encoded prompts, to be used for any number of images. B = prompts, T = tokens, C = the U-Net's
 * cross attention dim.
 *
 * @param hiddenStates (B, T, C)
 * @param pooled (B, D) of SDXL's second text encoder; null for SD-v1.x and v2.x
 */
public record PromptEmbeddings(NDArray hiddenStates, NDArray pooled) implements AutoCloseable {

    /**
     * The numbers of SDXL's size condition: original height and width, top and left of the crop,
     * target height and width.
     */
    static final int TIME_IDS = 6;

    /** The number of prompts. */
    public int size() {
        return Math.toIntExact(hiddenStates.getShape().get(0));
    }

    /**
     * Returns SDXL's conditions beside the hidden states (arXiv 2307.01952, section 2.2), in the
     * manager of the pooled embeddings; null for other models.
     *
     * @param height of the images, in pixels
     * @param width of the images, in pixels
     */
    public AddedConditions added(int height, int width) {
        if (pooled == null) {
            return null;
        }
        float[] original = {height, width, 0, 0, height, width}; // size, crop, target size
        float[] ids = new float[size() * TIME_IDS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = original[i % TIME_IDS];
        }
        return new AddedConditions(
                pooled, pooled.getManager().create(ids, new Shape(size(), TIME_IDS)));
    }

    /**
     * Returns the prompts from {@code from} to before {@code to}, as new arrays in another manager.
     */
    PromptEmbeddings slice(int from, int to, NDManager manager) {
        return new PromptEmbeddings(
                slice(hiddenStates, from, to, manager), slice(pooled, from, to, manager));
    }

    /** Repeats one prompt. */
    PromptEmbeddings repeat(int times, NDManager manager) {
        if (size() == times) {
            return slice(0, times, manager);
        }
        PromptEmbeddings one = slice(0, 1, manager);
        NDArray hidden = one.hiddenStates().repeat(0, times);
        return new PromptEmbeddings(hidden, pooled == null ? null : one.pooled().repeat(0, times));
    }

    /** Joins these prompts, then others. */
    PromptEmbeddings then(PromptEmbeddings others) {
        return new PromptEmbeddings(
                hiddenStates.concat(others.hiddenStates, 0),
                pooled == null ? null : pooled.concat(others.pooled, 0));
    }

    private static NDArray slice(NDArray array, int from, int to, NDManager manager) {
        if (array == null) {
            return null;
        }
        NDArray slice = array.get(from + ":" + to);
        slice.attach(manager);
        return slice;
    }

    @Override
    public void close() {
        hiddenStates.close();
        if (pooled != null) {
            pooled.close();
        }
    }
}
