package io.laptopdiff.diffusion.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Waits for the end of a device's work. A GPU is given its work and does it later: a clock must be
 * read after the last of it. What is copied from the device is copied after all that was asked for
 * before.
 */
public final class EndOfWork {

    private EndOfWork() {}

    /** Waits until the manager's device has done all it was asked to; a CPU always has. */
    public static void await(NDManager manager) {
        if (!manager.getDevice().isGpu()) {
            return;
        }
        try (NDArray mark = manager.zeros(new Shape(1))) {
            mark.toFloatArray();
        }
    }
}
