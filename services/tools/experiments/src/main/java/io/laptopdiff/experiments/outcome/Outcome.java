package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of one experiment.
 *
 * @param experiment its name
 * @param digest of what was asked and of the teacher's weights, whatever directory they lay in
 * @param date on which it ended
 * @param machine that it ran on
 * @param seconds from the first event to the last
 * @param variants in the order of the request
 * @param additivity correlations of the audit
 * @param audit the audit's sets
 * @param measured plans whose joint loss was measured, in the order in which they were asked for
 */
public record Outcome(
        String experiment,
        String digest,
        String date,
        String machine,
        double seconds,
        List<VariantOutcome> variants,
        @Default("[]") List<AdditivityCorrelation> additivity,
        @Default("[]") List<AdditivityPoint> audit,
        @Default("[]") List<MeasuredPlan> measured) {
    public Outcome {
        Require.text("experiment", experiment);
        Require.text("digest", digest);
        variants = Require.list("variants", variants);
        additivity = Require.list("additivity", additivity);
        audit = Require.list("audit", audit);
        measured = Require.list("measured", measured);
    }

    /** The variant of that name, if it got anywhere. */
    public Optional<VariantOutcome> variant(String name) {
        return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
    }
}
