package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;

/** Of predicted originals, as {@code clip_sample} asks for. */
final class Clipping {

    private Clipping() {}

    /**
     * Within [-range, range].
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
