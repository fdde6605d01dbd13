package io.laptopdiff.diffusion.vae;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.checkpoint.StateDict;

/** One step of the autoencoder, stateless: its weights are looked up by name. */
interface Layer {

    /**
     * @param x (B, C, H, W)
     * @return a new array that belongs to the manager of {@code x}
     */
    NDArray apply(NDArray x, StateDict weights);
}
