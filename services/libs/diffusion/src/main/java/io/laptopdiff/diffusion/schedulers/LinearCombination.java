package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;

/** Computes weighted sums of arrays of one shape; every update of a sampler is one. */
final class LinearCombination {

    private LinearCombination() {}

    /** Computes a x + b y, in the manager of {@code x}. */
    static NDArray of(double a, NDArray x, double b, NDArray y) {
        NDArray sum = x.mul(a);
        add(sum, b, y);
        return sum;
    }

    /** Adds b y to {@code sum} in place. */
    static void add(NDArray sum, double b, NDArray y) {
        try (NDArray part = y.mul(b)) {
            sum.addi(part);
        }
    }
}
