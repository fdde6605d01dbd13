package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;

/**
 * What one device needs to take part in a training.
 *
 * @param teacher frozen
 * @param student with the same weights as on the other devices, and gradients of its own
 * @param manager on the device
 */
record Replica(Teacher teacher, UNet2DConditionModel student, NDManager manager) {}
