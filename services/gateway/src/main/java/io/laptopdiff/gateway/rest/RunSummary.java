package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A line of the list of runs.
 *
 * @param occurredAt when the newest thing happened that is known of it
 * @param requestedAt absent while the request itself has not been seen
 * @param teacher absent while the request itself has not been seen
 * @param planOnly the run ends with its plans
 * @param progress share of all stages of all variants that is done, from 0 to 1
 * @param secondsLeft until the stages at work now are done; absent while unknown
 * @param variants state by name
 * @param ratios share of the parameters that goes, by name, of those that are planned
 * @param result decline of each score in percent, by name of the variant, then of the score
 * @param failures how many there are
 */
record RunSummary(
        String runId,
        RunState state,
        Instant occurredAt,
        @MayBeAbsent Instant requestedAt,
        @MayBeAbsent String teacher,
        boolean planOnly,
        double progress,
        @MayBeAbsent Double secondsLeft,
        Map<String, VariantState> variants,
        Map<String, Double> ratios,
        Map<String, Map<String, Double>> result,
        int failures) {
    static RunSummary of(RunStatus status) {
        Map<String, VariantState> variants = new LinkedHashMap<>();
        Map<String, Double> ratios = new LinkedHashMap<>();
        Map<String, Map<String, Double>> result = new LinkedHashMap<>();
        for (VariantStatus variant : status.variants()) {
            variants.put(variant.name(), variant.state());
            if (variant.plan() != null) {
                ratios.put(variant.name(), variant.plan().achievedRatio());
            }
            if (!variant.declines().isEmpty()) {
                Map<String, Double> declines = new LinkedHashMap<>();
                variant.declines().forEach((score, d) -> declines.put(score, d.percent()));
                result.put(variant.name(), declines);
            }
        }
        boolean planOnly = status.spec() != null && status.spec().planOnly();
        return new RunSummary(
                status.runId(),
                status.state(),
                status.occurredAt(),
                status.requestedAt(),
                status.spec() == null ? null : status.spec().teacher(),
                planOnly,
                progress(status, planOnly),
                secondsLeft(status),
                variants,
                ratios,
                result,
                status.failures().size());
    }

    /**
     * Returns the share of a run that is done: scoring, distillation and evaluation count the same,
     * for nobody knows better before.
     */
    private static double progress(RunStatus status, boolean planOnly) {
        if (status.state().ended()) {
            return 1;
        }
        double scored = share(status.scoring());
        if (planOnly) {
            return scored;
        }
        return status.variants().stream()
                .mapToDouble(
                        v ->
                                v.state().ended()
                                        ? 1
                                        : (scored + share(v.distillation()) + share(v.evaluation()))
                                                / 3)
                .average()
                .orElse(0);
    }

    private static double share(StageProgress stage) {
        return stage == null ? 0 : (double) stage.done() / stage.total();
    }

    private static Double secondsLeft(RunStatus status) {
        if (status.state().ended()) {
            return null;
        }
        return Stream.concat(
                        Stream.of(status.scoring()),
                        status.variants().stream()
                                .filter(v -> !v.state().ended())
                                .flatMap(v -> Stream.of(stages(v))))
                .filter(stage -> stage != null && !stage.complete())
                .map(StageProgress::secondsLeft)
                .filter(Objects::nonNull)
                .reduce(Double::max)
                .orElse(null);
    }

    private static StageProgress[] stages(VariantStatus variant) {
        return new StageProgress[] {variant.distillation(), variant.evaluation()};
    }
}
