package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;

/**
 * The state that the rest of a forward pass depends on, between two layers. Immutable, so that
 * several continuations can start from one state.
 *
 * @param hidden (B, C, H, W), or (B, HW, C) inside a transformer
 * @param skips the skip stack
 * @param residual the input of the transformer that is being run, else null
 */
record UNetState(NDArray hidden, SkipStack skips, NDArray residual) {

    UNetState withHidden(NDArray next) {
        return new UNetState(next, skips, residual);
    }

    /** An immutable stack of the down path's outputs; null is the empty one. */
    record SkipStack(NDArray top, SkipStack below) {}
}
