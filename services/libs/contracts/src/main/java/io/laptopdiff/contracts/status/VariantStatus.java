package io.laptopdiff.contracts.status;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.plan.PruningPlan;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The status of one variant, and what came of it so far. What is absent is not known yet.
 *
 * @param epoch of the worker that trains it; 0 before the first
 * @param losses of the newest step reported
 * @param student location of the trained student
 * @param evaluationPhase what is being measured
 * @param artifacts of the evaluation, locations by name
 * @param declines of each score, by its name; empty before the evaluation
 * @param gatesFailed scores that declined more than the request allows
 * @param images what the student is trained on
 */
public record VariantStatus(
        String name,
        VariantState state,
        @MayBeAbsent PruningPlan plan,
        @Default("0") long epoch,
        @MayBeAbsent StageProgress distillation,
        @MayBeAbsent Losses losses,
        @MayBeAbsent String student,
        @MayBeAbsent StageProgress evaluation,
        @MayBeAbsent String evaluationPhase,
        @MayBeAbsent Metrics teacherMetrics,
        @MayBeAbsent Metrics studentMetrics,
        @Default("{}") Map<String, String> artifacts,
        @Default("{}") Map<String, Decline> declines,
        @Default("[]") List<String> gatesFailed,
        @MayBeAbsent TrainingImages images) {
    public VariantStatus {
        Require.name("name", name);
        Require.present("state", state);
        Require.atLeast("epoch", epoch, 0L);
        Require.present("artifacts", artifacts);
        artifacts = Collections.unmodifiableMap(new TreeMap<>(artifacts));
        Require.present("declines", declines);
        declines = Collections.unmodifiableMap(new TreeMap<>(declines));
        gatesFailed = Require.list("gatesFailed", gatesFailed);
    }

    public static VariantStatus requested(String name) {
        return new VariantStatus(
                name,
                VariantState.REQUESTED,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                List.of(),
                null);
    }
}
