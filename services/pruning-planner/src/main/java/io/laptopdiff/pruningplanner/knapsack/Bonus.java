package io.laptopdiff.pruningplanner.knapsack;

import java.util.List;

/**
 * What is freed on top when a whole group of units goes, such as every block of one transformer.
 *
 * @param units paths of the group; no unit belongs to two groups
 * @param parameters freed on top of the units' own; at least 0
 */
public record Bonus(List<String> units, long parameters) {
    public Bonus {
        units = List.copyOf(units);
        if (units.isEmpty() || parameters < 0) {
            throw new IllegalArgumentException(
                    "a bonus of "
                            + parameters
                            + " parameters for the units "
                            + units
                            + "; at least 0 parameters and one unit are needed");
        }
    }
}
