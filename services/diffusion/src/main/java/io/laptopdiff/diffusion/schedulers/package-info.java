/**
 * Noise schedules: the noising of training, and the samplers that undo it, as diffusers 0.21
 * defines them.
 */
package io.laptopdiff.diffusion.schedulers;
