/**
 * Noise schedules: the noising of training, and the samplers that undo it, as diffusers defines
 * them.
 */
package io.laptopdiff.diffusion.schedulers;
