package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;

/** Makes copies that carry no gradient history, also of arrays that require gradients. */
final class Copies {

    private static final TorchScriptFunction DETACHED =
            TorchScriptFunction.of("detached copy", "x", "return torch.clone(torch.detach(x))");

    private Copies() {}

    /** Copies an array, without its gradient history, to the owner and its device. */
    static NDArray detached(NDArray array, NDManager owner) {
        NDArray copy = DETACHED.apply(array);
        NDArray moved = copy.toDevice(owner.getDevice(), false);
        if (moved != copy) {
            copy.close();
        }
        moved.attach(owner);
        return moved;
    }
}
