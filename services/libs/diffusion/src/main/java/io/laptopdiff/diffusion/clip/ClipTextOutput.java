package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;

/**
 * The output of the text tower for a batch of captions. B = batch, T = tokens, C = hidden size.
 *
 * @param lastHiddenState (B, T, C), after the final norm: what SD-v1.x and v2.x condition on
 * @param penultimateHiddenState (B, T, C), the input of the last layer, not normed: what SDXL
 *     conditions on
 * @param pooled (B, C), {@code lastHiddenState} at the first end token
 */
public record ClipTextOutput(
        NDArray lastHiddenState, NDArray penultimateHiddenState, NDArray pooled) {}
