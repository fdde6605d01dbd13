/** diffusers' AutoencoderKL: images to latents and back. */
package io.laptopdiff.diffusion.vae;
