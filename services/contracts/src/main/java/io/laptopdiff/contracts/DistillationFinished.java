package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;

/**
 * A student is trained and written. Carries the whole request, so that an evaluator needs no other
 * topic.
 *
 * @param student location of the student's diffusers directory
 * @param steps trained
 * @param initialLosses of the first batch
 * @param finalLosses of the last batch
 * @param parameters of the student's U-Net
 * @param seconds spent on training, over all epochs that got this far
 */
public record DistillationFinished(
        String runId,
        Instant occurredAt,
        String variant,
        RunSpec spec,
        String student,
        int steps,
        Losses initialLosses,
        Losses finalLosses,
        long parameters,
        double seconds)
        implements VariantEvent {
    public DistillationFinished {
        Variants.require(runId, occurredAt, variant, spec);
        Require.text("student", student);
        Require.atLeast("steps", steps, 1);
        Require.present("initialLosses", initialLosses);
        Require.present("finalLosses", finalLosses);
        Require.atLeast("parameters", parameters, 1L);
        Require.atLeast("seconds", seconds, 0.0);
    }

    @Override
    public String id() {
        return variantId() + "/distillation/finished";
    }
}
