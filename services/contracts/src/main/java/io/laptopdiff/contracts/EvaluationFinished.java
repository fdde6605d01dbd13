package io.laptopdiff.contracts;

import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Teacher and student are measured on images from the same seeds.
 *
 * @param artifacts locations by name, such as "report", "sheet", "images"
 */
public record EvaluationFinished(
        String runId,
        Instant occurredAt,
        String variant,
        Metrics teacher,
        Metrics student,
        Map<String, String> artifacts)
        implements VariantEvent {
    public EvaluationFinished {
        Variants.require(runId, occurredAt, variant);
        Require.present("teacher", teacher);
        Require.present("student", student);
        Require.present("artifacts", artifacts);
        artifacts.forEach((name, location) -> Require.text("artifacts." + name, location));
        artifacts = Collections.unmodifiableMap(new TreeMap<>(artifacts));
    }

    @Override
    public String id() {
        return variantId() + "/evaluation/finished";
    }
}
