package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.List;

/**
 * The audit that asks whether the loss of a set of units is near the sum of theirs, before any
 * student is trained.
 *
 * @param sets random sets in all, the sizes in turn
 * @param sizes units in a set
 * @param seed of the sets
 * @param minimumSpearman a rank correlation below it fails the run; absent: it is only reported
 */
public record AdditivitySpec(
        @Default("24") int sets,
        @Default("[2, 4, 8]") List<Integer> sizes,
        @Default("0") long seed,
        @MayBeAbsent Double minimumSpearman) {
    public AdditivitySpec {
        Require.atLeast("sets", sets, 3);
        sizes = Require.someOf("sizes", sizes);
        sizes.forEach(size -> Require.atLeast("sizes", size, 1));
        if (minimumSpearman != null) {
            Require.within("minimumSpearman", minimumSpearman, -1, 1);
        }
    }
}
