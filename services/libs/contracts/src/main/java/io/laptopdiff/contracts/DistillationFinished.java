package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;
import java.util.List;

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
 * @param plan that was trained; absent: that of {@link PlanCreated}
 * @param recoveries what a short distillation made of each candidate, in the order of {@link
 *     PlanCreated#candidates()}; empty where the plan was settled
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
        double seconds,
        @MayBeAbsent PruningPlan plan,
        @Default("[]") List<CandidateRecovery> recoveries)
        implements VariantEvent {
    public DistillationFinished {
        Variants.require(runId, occurredAt, variant, spec);
        Require.text("student", student);
        Require.atLeast("steps", steps, 1);
        Require.present("initialLosses", initialLosses);
        Require.present("finalLosses", finalLosses);
        Require.atLeast("parameters", parameters, 1L);
        Require.atLeast("seconds", seconds, 0.0);
        recoveries = Require.list("recoveries", recoveries);
    }

    /** Makes the event of a plan that was settled. */
    public DistillationFinished(
            String runId,
            Instant occurredAt,
            String variant,
            RunSpec spec,
            String student,
            int steps,
            Losses initialLosses,
            Losses finalLosses,
            long parameters,
            double seconds) {
        this(
                runId,
                occurredAt,
                variant,
                spec,
                student,
                steps,
                initialLosses,
                finalLosses,
                parameters,
                seconds,
                null,
                List.of());
    }

    @Override
    public String topic() {
        return Topics.DISTILLATION;
    }

    @Override
    public String id() {
        return variantId() + "/distillation/finished";
    }
}
