package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Set;

/** The weights of layers as a state dict has them. */
record FullWeights(StateDict weights) implements LayerWeights {

    @Override
    public Arithmetic arithmetic() {
        return Arithmetic.FULL;
    }

    @Override
    public NDArray apply(
            TorchScriptFunction function, Set<String> tensors, NDArray... activations) {
        NDArray[] inputs = new NDArray[activations.length + tensors.size()];
        System.arraycopy(activations, 0, inputs, 0, activations.length);
        int next = activations.length;
        for (String name : tensors) {
            inputs[next++] = weights.get(name);
        }
        return function.apply(inputs);
    }
}
