package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;

/** Tells whether every element of an array is a finite number. */
final class Finite {

    private static final TorchScriptFunction IS_FINITE =
            TorchScriptFunction.of("is finite", "x", "return torch.all(torch.isfinite(x))");

    private Finite() {}

    static boolean isFinite(NDArray array) {
        try (NDArray finite = IS_FINITE.apply(array)) {
            return finite.getBoolean();
        }
    }
}
