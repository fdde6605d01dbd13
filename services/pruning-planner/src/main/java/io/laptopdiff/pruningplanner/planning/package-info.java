/** Turns scores into the plan of each variant of a run, and the files that say so. */
package io.laptopdiff.pruningplanner.planning;
