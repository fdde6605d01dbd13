/** Finds the cheapest plans of a problem, or says which of its demands cannot be met. */
package io.laptopdiff.pruningplanner.search;
