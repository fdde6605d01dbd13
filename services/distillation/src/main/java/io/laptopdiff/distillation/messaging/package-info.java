/** Carries plans to the training and its events back. */
package io.laptopdiff.distillation.messaging;
