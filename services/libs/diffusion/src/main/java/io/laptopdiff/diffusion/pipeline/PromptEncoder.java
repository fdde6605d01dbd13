package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** The text side of a pipeline. */
interface PromptEncoder extends AutoCloseable {

    /** Encodes prompts; the arrays belong to {@code manager}. */
    PromptEmbeddings encode(List<String> prompts, NDManager manager);

    /** Returns the embeddings that guidance leads away from when nothing is named: one row. */
    PromptEmbeddings unconditional(NDManager manager);

    @Override
    void close();

    /**
     * Moves an array (B, T, C) into {@code manager}, without gradient history or other arrays of
     * the pass.
     */
    static NDArray keep(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }
}
