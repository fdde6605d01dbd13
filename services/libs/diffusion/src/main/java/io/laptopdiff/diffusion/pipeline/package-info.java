/**
 * The way from text to image: a whole diffusers directory, sampled with classifier-free guidance.
 */
package io.laptopdiff.diffusion.pipeline;
