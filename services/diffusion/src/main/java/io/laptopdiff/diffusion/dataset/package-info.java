/** Captioned images on disk, in Hugging Face's ImageFolder layout. */
package io.laptopdiff.diffusion.dataset;
