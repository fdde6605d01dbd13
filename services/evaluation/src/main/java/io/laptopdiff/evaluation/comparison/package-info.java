/** Measures a student beside its teacher, and lays out what a person wants to see of it. */
package io.laptopdiff.evaluation.comparison;
