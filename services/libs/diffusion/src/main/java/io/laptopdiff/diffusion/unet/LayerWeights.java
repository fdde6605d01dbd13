package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Set;

/** The weights of a U-Net's layers, in the numbers that they are kept in. */
interface LayerWeights {

    /** Returns the numbers that the layers' functions shall compute with. */
    Arithmetic arithmetic();

    /**
     * Calls a function with activations, then weights.
     *
     * @param tensors diffusers names of the weights
     * @param activations the manager of the first owns the result
     */
    NDArray apply(TorchScriptFunction function, Set<String> tensors, NDArray... activations);
}
