package io.laptopdiff.diffusion.vae;

import ai.djl.ndarray.NDArray;

/**
 * The distribution that the encoder gives for an image: a normal distribution with a diagonal
 * covariance over latents, before the scaling factor.
 *
 * @param mean (B, latent channels, h, w)
 * @param logvar logarithm of the variance, clamped to [-30, 20] as in diffusers; the shape of
 *     {@code mean}
 */
public record LatentDistribution(NDArray mean, NDArray logvar) {

    /**
     * Draws a latent from this distribution.
     *
     * @param noise standard normal, the shape of {@code mean}
     */
    public NDArray sample(NDArray noise) {
        return mean.add(logvar.mul(0.5f).exp().mul(noise));
    }
}
