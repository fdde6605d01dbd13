package io.laptopdiff.pruningplanner.budgets;

import io.laptopdiff.pruningplanner.knapsack.Frontier;
import java.util.List;

/**
 * A demand that at least so much of one resource goes.
 *
 * @param share of what the teacher takes, above 0
 * @param teacher what it takes
 * @param savings of each unit alone, in the order of the units; noise may make some negative
 */
public record Budget(Resource resource, double share, long teacher, List<Long> savings) {
    public Budget {
        savings = List.copyOf(savings);
    }

    /** Returns the least that goes, in the unit of the resource. */
    public long least() {
        return Frontier.atLeast(share, teacher);
    }

    public double shareOf(long amount) {
        return (double) amount / teacher;
    }
}
