/** Students as directories that diffusers and this project load. */
package io.laptopdiff.diffusion.export;
