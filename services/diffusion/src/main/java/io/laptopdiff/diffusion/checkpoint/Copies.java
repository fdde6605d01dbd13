package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;

/** Copies that carry no gradient history, also of arrays that require gradients. */
final class Copies {

    private static final TorchScriptFunction DETACHED =
            TorchScriptFunction.of("detached copy", "x", "return torch.clone(torch.detach(x))");

    private Copies() {}

    static NDArray detached(NDArray array) {
        return DETACHED.apply(array);
    }
}
