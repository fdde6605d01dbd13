package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;

/**
 * It is settled what one variant loses. Carries the whole request, so that a distiller needs no
 * other topic.
 */
public record PlanCreated(
        String runId, Instant occurredAt, String variant, RunSpec spec, PruningPlan plan)
        implements VariantEvent {
    public PlanCreated {
        Variants.require(runId, occurredAt, variant, spec);
        Require.present("plan", plan);
    }

    @Override
    public String id() {
        return variantId() + "/plan";
    }
}
