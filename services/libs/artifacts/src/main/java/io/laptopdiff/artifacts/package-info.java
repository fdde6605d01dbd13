/** Finds models and datasets, and keeps the results of runs. */
package io.laptopdiff.artifacts;
