package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.plan.PruningPlan;
import java.util.Map;

/**
 * What came of one variant; what it did not get to is absent.
 *
 * @param initialLosses of the first batch, before any step
 * @param finalLosses of the last batch
 * @param gradientShares of each term, the mean of what was reported
 * @param declines of each score
 * @param failure what, where and how to fix it
 */
public record VariantOutcome(
        String name,
        @MayBeAbsent PruningPlan plan,
        @MayBeAbsent Losses initialLosses,
        @MayBeAbsent Losses finalLosses,
        @Default("{}") Map<String, Double> gradientShares,
        @MayBeAbsent Metrics student,
        @MayBeAbsent Metrics teacher,
        @Default("{}") Map<String, Decline> declines,
        @MayBeAbsent String failure) {}
