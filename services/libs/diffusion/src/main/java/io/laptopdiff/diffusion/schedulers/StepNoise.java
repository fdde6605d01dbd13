package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;

/** The noise that some samplers add within a step. */
@FunctionalInterface
public interface StepNoise {

    /** For samplers that add none. */
    StepNoise NONE =
            (step, sample) -> {
                throw new IllegalStateException(
                        "Step "
                                + step
                                + " of this sampler adds noise: begin the sampling with a source of noise");
            };

    /**
     * Standard normal numbers. A sampling asks at most once per step, and in turn.
     *
     * @param step from 0
     * @param sample the current sample, (B, ...)
     * @return a new array of its shape, in its manager
     */
    NDArray of(int step, NDArray sample);
}
