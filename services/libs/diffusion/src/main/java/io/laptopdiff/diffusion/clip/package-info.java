/** CLIP: tokenizer, text and image towers, and the preprocessing of images. */
package io.laptopdiff.diffusion.clip;
