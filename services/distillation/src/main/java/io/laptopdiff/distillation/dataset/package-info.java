/**
 * Captioned images as a U-Net takes them: encoded once, kept as safetensors, read sample by sample.
 */
package io.laptopdiff.distillation.dataset;
