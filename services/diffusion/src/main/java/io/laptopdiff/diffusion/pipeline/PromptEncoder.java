package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.unet.AddedConditions;
import java.util.List;

/** The text side of a pipeline. */
interface PromptEncoder extends AutoCloseable {

    /** Encodes prompts; the arrays belong to {@code manager}. */
    PromptEmbeddings encode(List<String> prompts, NDManager manager);

    /** What guidance leads away from when nothing is named: one row. */
    PromptEmbeddings unconditional(NDManager manager);

    /**
     * The conditions beside the hidden states, in the manager of {@code prompts}; null where the
     * U-Net has none.
     */
    AddedConditions added(PromptEmbeddings prompts, int height, int width);

    @Override
    void close();

    /**
     * (B, T, C) without gradient history or other arrays of the pass: moves into {@code manager}.
     */
    static NDArray keep(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }
}
