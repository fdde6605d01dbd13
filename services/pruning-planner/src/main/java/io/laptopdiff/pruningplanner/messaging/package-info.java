/** Carries scores to the planner and plans back: a fold with exactly-once processing. */
package io.laptopdiff.pruningplanner.messaging;
