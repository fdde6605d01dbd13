package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;

/** The noise that some samplers add within a step. */
@FunctionalInterface
public interface StepNoise {

    /**
     * The source for samplers that add no noise; it throws IllegalStateException when asked for
     * some.
     */
    StepNoise NONE =
            (step, sample) -> {
                throw new IllegalStateException(
                        "Step "
                                + step
                                + " of this sampler adds noise: begin the sampling with a source of noise");
            };

    /**
     * Returns standard normal numbers. A sampling asks at most once per step, and in turn.
     *
     * @param step counted from 0
     * @param sample the current sample, (B, ...)
     * @return a new array of its shape, in its manager
     */
    NDArray of(int step, NDArray sample);
}
