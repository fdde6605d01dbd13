/**
 * The parts that every training loop shares: AdamW, gradient clipping, learning-rate schedules,
 * moving averages of weights.
 */
package io.laptopdiff.diffusion.training;
