/** diffusers' UNet2DConditionModel: its config, layers, units, forward pass and surgery. */
package io.laptopdiff.diffusion.unet;
