package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** The text side of a pipeline. */
interface PromptEncoder extends AutoCloseable {

    /** Encodes prompts; the arrays belong to {@code manager}. */
    PromptEmbeddings encode(List<String> prompts, NDManager manager);

    /** What guidance leads away from when nothing is named: one row. */
    PromptEmbeddings unconditional(NDManager manager);

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
