/** Trains a pruned student from its teacher. */
package io.laptopdiff.distillation;
