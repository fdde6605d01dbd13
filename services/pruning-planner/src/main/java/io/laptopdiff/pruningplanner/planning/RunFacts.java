package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.UnitsScored;
import java.util.List;

/**
 * The facts that are known about a run; their order says nothing.
 *
 * @param slices different ones
 * @param measured joint losses, by purpose and slice
 */
public record RunFacts(
        ScoringStarted started, List<UnitsScored> slices, List<RemovalsMeasured> measured) {
    public RunFacts {
        slices = List.copyOf(slices);
        measured = List.copyOf(measured);
    }

    /** The slices below a number. */
    List<UnitsScored> first(int count) {
        return slices.stream().filter(slice -> slice.slice() < count).toList();
    }
}
