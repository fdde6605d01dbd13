package io.laptopdiff.contracts;

import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Teacher and student are measured on images from the same seeds.
 *
 * @param artifacts locations by name, such as "report", "sheet", "images"
 * @param declines of each score, by its name
 * @param gatesFailed scores that declined more than the request allows
 */
public record EvaluationFinished(
        String runId,
        Instant occurredAt,
        String variant,
        Metrics teacher,
        Metrics student,
        Map<String, String> artifacts,
        @Default("{}") Map<String, Decline> declines,
        @Default("[]") List<String> gatesFailed)
        implements VariantEvent {
    public EvaluationFinished {
        Variants.require(runId, occurredAt, variant);
        Require.present("teacher", teacher);
        Require.present("student", student);
        Require.present("artifacts", artifacts);
        artifacts.forEach((name, location) -> Require.text("artifacts." + name, location));
        artifacts = Collections.unmodifiableMap(new TreeMap<>(artifacts));
        Require.present("declines", declines);
        declines = Collections.unmodifiableMap(new TreeMap<>(declines));
        gatesFailed = Require.list("gatesFailed", gatesFailed);
    }

    /** Makes the event without declines. */
    public EvaluationFinished(
            String runId,
            Instant occurredAt,
            String variant,
            Metrics teacher,
            Metrics student,
            Map<String, String> artifacts) {
        this(runId, occurredAt, variant, teacher, student, artifacts, Map.of(), List.of());
    }

    @Override
    public String topic() {
        return Topics.EVALUATION;
    }

    @Override
    public String id() {
        return variantId() + "/evaluation/finished";
    }
}
