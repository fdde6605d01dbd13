/** The cheapest set of units to remove for every ratio at once: an exact 0-1 knapsack. */
package io.laptopdiff.pruningplanner.knapsack;
