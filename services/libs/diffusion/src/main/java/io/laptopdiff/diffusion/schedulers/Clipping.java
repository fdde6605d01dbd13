package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;

/** Clips predicted originals, as {@code clip_sample} asks for. */
final class Clipping {

    private Clipping() {}

    /**
     * Clips a prediction to [-range, range].
     *
     * @param prediction is closed, or handed back where the range is infinite
     */
    static NDArray of(NDArray prediction, double range) {
        if (range == Double.POSITIVE_INFINITY) {
            return prediction;
        }
        try (NDArray unclipped = prediction) {
            return unclipped.clip(-range, range);
        }
    }
}
