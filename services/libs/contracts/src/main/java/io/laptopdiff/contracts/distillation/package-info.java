/** The loss of a distillation step, term by term. */
package io.laptopdiff.contracts.distillation;
