package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * A whole checkpoint is durable.
 *
 * @param epoch of the worker, as in {@link DistillationStarted}
 * @param step steps it holds
 * @param location of its directory
 */
public record CheckpointSaved(
        String runId, Instant occurredAt, String variant, long epoch, int step, String location)
        implements VariantEvent {
    public CheckpointSaved {
        Variants.require(runId, occurredAt, variant);
        Require.atLeast("epoch", epoch, 1L);
        Require.atLeast("step", step, 0);
        Require.text("location", location);
    }

    @Override
    public String topic() {
        return Topics.DISTILLATION;
    }

    @Override
    public String id() {
        return variantId() + "/distillation/epoch-" + epoch + "/checkpoint-" + step;
    }
}
