package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * Where the training of one student is.
 *
 * @param epoch of the worker, as in {@link DistillationStarted}
 * @param step steps done
 * @param steps steps in all
 * @param losses of that step's batch
 * @param learningRate of that step
 * @param gradientNorm global norm before clipping
 * @param secondsPerStep recent average
 * @param secondsLeft estimated until the last step
 */
public record DistillationProgressed(
        String runId,
        Instant occurredAt,
        String variant,
        long epoch,
        int step,
        int steps,
        Losses losses,
        double learningRate,
        double gradientNorm,
        double secondsPerStep,
        double secondsLeft)
        implements VariantEvent {
    public DistillationProgressed {
        Variants.require(runId, occurredAt, variant);
        Require.atLeast("epoch", epoch, 1L);
        Variants.requireStep(step, steps);
        Require.present("losses", losses);
        Require.atLeast("learningRate", learningRate, 0.0);
        Require.atLeast("gradientNorm", gradientNorm, 0.0);
        Require.atLeast("secondsPerStep", secondsPerStep, 0.0);
        Require.atLeast("secondsLeft", secondsLeft, 0.0);
    }

    @Override
    public String id() {
        return variantId() + "/distillation/epoch-" + epoch + "/step-" + step;
    }
}
