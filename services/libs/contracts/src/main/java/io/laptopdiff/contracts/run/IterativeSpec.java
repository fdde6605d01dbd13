package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;

/**
 * Planning in rounds: what remains is scored again after every few removals.
 *
 * @param removalsPerRound units that go before the rest is scored again
 */
public record IterativeSpec(@Default("2") int removalsPerRound) {
    public IterativeSpec {
        Require.atLeast("removalsPerRound", removalsPerRound, 1);
    }
}
