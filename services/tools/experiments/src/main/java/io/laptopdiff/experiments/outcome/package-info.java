/** What is kept of a run, and where. */
package io.laptopdiff.experiments.outcome;
