package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.run.EvaluationSpec;
import java.util.List;
import java.util.Map;

/**
 * A run's figures for programs.
 *
 * @param spec how all was measured
 * @param variants evaluated so far, in the order of the request
 */
record ReportJson(String runId, EvaluationSpec spec, List<Variant> variants) {

    /**
     * One student beside its teacher.
     *
     * @param declines of scores, by name
     * @param gatesFailed scores that declined more than the request allows
     */
    record Variant(
            String name,
            Metrics teacher,
            Metrics student,
            Map<String, Decline> declines,
            List<String> gatesFailed) {}

    /**
     * @param evaluations at least one
     */
    static ReportJson of(String runId, List<VariantEvaluation> evaluations) {
        return new ReportJson(
                runId,
                evaluations.get(0).spec(),
                evaluations.stream()
                        .map(
                                e ->
                                        new Variant(
                                                e.variant(),
                                                e.teacherMetrics(),
                                                e.studentMetrics(),
                                                e.declines(),
                                                e.gatesFailed()))
                        .toList());
    }
}
