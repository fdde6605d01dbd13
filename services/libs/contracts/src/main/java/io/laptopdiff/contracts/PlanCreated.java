package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;
import java.util.List;

/**
 * Tells that it is settled what one variant loses. Carries the whole request, so that a distiller
 * needs no other topic.
 *
 * @param candidates best first, where a short distillation is to choose among them; else empty
 */
public record PlanCreated(
        String runId,
        Instant occurredAt,
        String variant,
        RunSpec spec,
        PruningPlan plan,
        @Default("[]") List<PruningPlan> candidates)
        implements VariantEvent {
    public PlanCreated {
        Variants.require(runId, occurredAt, variant, spec);
        Require.present("plan", plan);
        candidates = Require.list("candidates", candidates);
    }

    /** Makes the event of a plan with nothing left to choose. */
    public PlanCreated(
            String runId, Instant occurredAt, String variant, RunSpec spec, PruningPlan plan) {
        this(runId, occurredAt, variant, spec, plan, List.of());
    }

    @Override
    public String topic() {
        return Topics.PLANS;
    }

    @Override
    public String id() {
        return variantId() + "/plan";
    }
}
