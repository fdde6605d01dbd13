/** How near the joint loss of a set of units is to the sum of theirs: METHOD's audit. */
package io.laptopdiff.pruningplanner.additivity;
