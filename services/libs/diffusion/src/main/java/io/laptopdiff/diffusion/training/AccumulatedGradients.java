package io.laptopdiff.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients that a tape has added up for the tensors of one state dict; every call is one
 * native one.
 */
final class AccumulatedGradients {

    // Lists given as arguments keep the in-place calls from being removed as dead code.
    private static final TorchScriptFunction NORM =
            TorchScriptFunction.ofLists(
                    "global gradient norm",
                    "grads",
                    "return torch.norm(torch.stack(torch._foreach_norm(grads, 2)))");
    private static final TorchScriptFunction ZERO =
            TorchScriptFunction.ofLists(
                    "zero gradients",
                    "grads",
                    "torch._foreach_zero_(grads)\nreturn torch.zeros([1])");

    private final NDManager scope;
    private final List<NDArray> arrays = new ArrayList<>();

    /**
     * @param parameters trainable
     * @param scope owns the views and what is made
     */
    AccumulatedGradients(StateDict parameters, NDManager scope) {
        this.scope = scope;
        for (NDArray parameter : parameters.arrays()) {
            NDArray gradient = parameter.getGradient();
            gradient.attach(scope);
            arrays.add(gradient);
        }
    }

    /** Returns the gradients in the order of the parameters, as views of the same memory. */
    List<NDArray> arrays() {
        return arrays;
    }

    /** Returns the global L2 norm of the gradients. */
    double norm() {
        return NORM.applyLists(scope, List.of(arrays)).getFloat();
    }

    void zero() {
        ZERO.applyLists(scope, List.of(arrays));
    }
}
