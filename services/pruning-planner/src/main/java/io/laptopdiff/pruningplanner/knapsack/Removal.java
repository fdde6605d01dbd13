package io.laptopdiff.pruningplanner.knapsack;

import java.util.List;

/**
 * A set of units that nothing beats: whatever frees as many parameters costs at least as much.
 *
 * @param units paths in execution order
 * @param parameters freed, bonuses included
 * @param loss sum over the units
 */
public record Removal(List<String> units, long parameters, double loss) {
    public Removal {
        units = List.copyOf(units);
    }
}
