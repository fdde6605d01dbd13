/** The three-term loss of normalized feature distillation. */
package io.laptopdiff.distillation.loss;
