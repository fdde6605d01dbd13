package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;

/**
 * The conditions of SDXL beside the hidden states of the text.
 *
 * @param textEmbeds pooled text embedding (B, D)
 * @param timeIds original size, crop and target size (B, 6)
 */
public record AddedConditions(NDArray textEmbeds, NDArray timeIds) {}
