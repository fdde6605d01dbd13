package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * The progress of one student's evaluation.
 *
 * @param phase such as "teacher images", "student images", "latency"
 * @param done of the phase's own pieces
 * @param total pieces of the phase
 * @param secondsLeft estimated until the whole evaluation is done; absent while unknown
 */
public record EvaluationProgressed(
        String runId,
        Instant occurredAt,
        String variant,
        String phase,
        int done,
        int total,
        @MayBeAbsent Double secondsLeft)
        implements VariantEvent {
    public EvaluationProgressed {
        Variants.require(runId, occurredAt, variant);
        Require.text("phase", phase);
        Require.atLeast("total", total, 1);
        Require.that(
                done >= 0 && done <= total,
                "done",
                done,
                "it must be from 0 to 'total', which is " + total);
        if (secondsLeft != null) {
            Require.atLeast("secondsLeft", secondsLeft, 0.0);
        }
    }

    @Override
    public String topic() {
        return Topics.EVALUATION;
    }

    @Override
    public String id() {
        return variantId() + "/evaluation/" + phase.replace(' ', '-') + "-" + done;
    }
}
