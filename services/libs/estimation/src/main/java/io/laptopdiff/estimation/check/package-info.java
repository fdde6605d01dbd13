/** This package reads what a run names, and finds what would make it fail before it computes. */
package io.laptopdiff.estimation.check;
