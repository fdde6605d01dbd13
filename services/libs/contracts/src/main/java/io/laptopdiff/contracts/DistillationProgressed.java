package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The progress of one student's training.
 *
 * @param epoch of the worker, as in {@link DistillationStarted}
 * @param step steps done
 * @param steps steps in all
 * @param losses of that step's batch
 * @param learningRate of that step
 * @param gradientNorm global norm before clipping
 * @param secondsPerStep recent average
 * @param secondsLeft estimated until the last step
 * @param gradientShares norm of each weighted term's gradient over the sum of these norms, by
 *     "task", "output" and "features.STAGE"; absent but every few steps
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
        double secondsLeft,
        @MayBeAbsent Map<String, Double> gradientShares)
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
        if (gradientShares != null) {
            gradientShares.forEach(
                    (term, share) -> Require.within("gradientShares." + term, share, 0, 1));
            gradientShares = Collections.unmodifiableMap(new TreeMap<>(gradientShares));
        }
    }

    /** Makes the event without the shares of the gradient. */
    public DistillationProgressed(
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
            double secondsLeft) {
        this(
                runId,
                occurredAt,
                variant,
                epoch,
                step,
                steps,
                losses,
                learningRate,
                gradientNorm,
                secondsPerStep,
                secondsLeft,
                null);
    }

    @Override
    public String topic() {
        return Topics.DISTILLATION;
    }

    @Override
    public String id() {
        return variantId() + "/distillation/epoch-" + epoch + "/step-" + step;
    }
}
