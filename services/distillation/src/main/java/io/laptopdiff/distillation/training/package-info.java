/**
 * The training of a student, step by step, so that it can be broken off and taken up again at any
 * of them.
 */
package io.laptopdiff.distillation.training;
