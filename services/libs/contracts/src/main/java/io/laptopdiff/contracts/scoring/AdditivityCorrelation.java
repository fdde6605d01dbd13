package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.Criterion;

/**
 * How the sums of a criterion go with the measured joint output losses.
 *
 * @param size of the sets; absent: of any size
 * @param pearson linear correlation, from -1 to 1
 * @param spearman rank correlation, from -1 to 1
 * @param slope of the least-squares line of measured over predicted
 */
public record AdditivityCorrelation(
        Criterion criterion,
        @MayBeAbsent Integer size,
        double pearson,
        double spearman,
        double slope) {
    public AdditivityCorrelation {
        Require.present("criterion", criterion);
        Require.within("pearson", pearson, -1, 1);
        Require.within("spearman", spearman, -1, 1);
        Require.finite("slope", slope);
    }
}
