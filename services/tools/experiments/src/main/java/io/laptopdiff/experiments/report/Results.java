package io.laptopdiff.experiments.report;

import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.outcome.VariantOutcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The outcomes of all seeds.
 *
 * @param outcomes those that are there
 */
public record Results(List<Outcome> outcomes) {
    /** The score that declines are told in. */
    public static final String SCORE = "clip-score";

    public Results {
        outcomes = List.copyOf(outcomes);
    }

    /** The outcomes of one group, by seed. */
    public List<Outcome> of(String group) {
        return outcomes.stream()
                .filter(outcome -> outcome.experiment().startsWith(group + "-seed-"))
                .toList();
    }

    /** A figure of one variant over the seeds that have it. */
    public Estimate of(String group, String variant, Function<VariantOutcome, Double> figure) {
        return Estimate.of(
                of(group).stream()
                        .map(outcome -> outcome.variant(variant))
                        .flatMap(Optional::stream)
                        .map(figure)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** Returns the decline of the score, in percent; null where it was not measured. */
    public static Double decline(VariantOutcome variant) {
        return variant.declines().containsKey(SCORE)
                ? variant.declines().get(SCORE).percent()
                : null;
    }

    /** Returns the joint output loss right after pruning. */
    public static Double measuredLoss(VariantOutcome variant) {
        return variant.plan() == null ? null : variant.plan().measuredLoss();
    }

    /** Returns the share of images matched to their caption, in percent. */
    public static Double retrieval(VariantOutcome variant) {
        return variant.student() == null ? null : 100 * variant.student().retrievalAccuracy();
    }

    public static Double frechet(VariantOutcome variant) {
        return variant.student() == null ? null : variant.student().frechetDistance();
    }

    /** Student's parameters in percent of the teacher's. */
    public static Double parameters(VariantOutcome variant) {
        return variant.plan() == null
                ? null
                : 100.0 * variant.plan().studentParameters() / variant.plan().teacherParameters();
    }
}
