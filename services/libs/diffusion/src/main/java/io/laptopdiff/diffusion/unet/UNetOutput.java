package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * The result of a forward pass.
 *
 * @param sample the predicted noise or velocity (B, out channels, H, W)
 * @param features the output of every stage after its down- or upsampler, by stage path, in
 *     execution order
 */
public record UNetOutput(NDArray sample, Map<String, NDArray> features) {}
