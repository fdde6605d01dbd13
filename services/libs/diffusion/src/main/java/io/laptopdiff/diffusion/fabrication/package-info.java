/** Whole checkpoints of random weights in the shapes of real models, for trying a machine out. */
package io.laptopdiff.diffusion.fabrication;
