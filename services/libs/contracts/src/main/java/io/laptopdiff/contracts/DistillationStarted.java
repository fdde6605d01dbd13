package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * A worker began, or went on with, the training of one student.
 *
 * @param epoch counts the workers that took up this variant, from 1; a worker whose epoch is not
 *     the highest has been replaced
 * @param steps optimizer steps in all
 * @param resumedFromStep steps that the checkpoint it resumes from already has; 0 from the start
 * @param studentParameters of the student's U-Net
 * @param device such as "cpu", "gpu0" or, where several share the training, "gpu0+gpu1"
 * @param candidates plans that a short distillation chooses among before; 0: the plan is settled.
 *     {@code studentParameters} are then those of the first
 * @param images what is trained on; absent in events of older workers
 */
public record DistillationStarted(
        String runId,
        Instant occurredAt,
        String variant,
        long epoch,
        int steps,
        int resumedFromStep,
        long studentParameters,
        String device,
        @Default("0") int candidates,
        @MayBeAbsent TrainingImages images)
        implements VariantEvent {
    public DistillationStarted {
        Variants.require(runId, occurredAt, variant);
        Require.atLeast("epoch", epoch, 1L);
        Require.atLeast("steps", steps, 1);
        Require.that(
                resumedFromStep >= 0 && resumedFromStep <= steps,
                "resumedFromStep",
                resumedFromStep,
                "it must be from 0 to 'steps', which is " + steps);
        Require.atLeast("studentParameters", studentParameters, 1L);
        Require.text("device", device);
        Require.atLeast("candidates", candidates, 0);
    }

    /** Makes the event of a plan that is settled. */
    public DistillationStarted(
            String runId,
            Instant occurredAt,
            String variant,
            long epoch,
            int steps,
            int resumedFromStep,
            long studentParameters,
            String device) {
        this(
                runId,
                occurredAt,
                variant,
                epoch,
                steps,
                resumedFromStep,
                studentParameters,
                device,
                0,
                null);
    }

    @Override
    public String topic() {
        return Topics.DISTILLATION;
    }

    @Override
    public String id() {
        return variantId() + "/distillation/epoch-" + epoch + "/started";
    }
}
