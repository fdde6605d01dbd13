package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.pruningplanner.planning.Advance;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What this planner has done since it started. */
@ApplicationScoped
class PlanningMetrics {
    private static final Logger LOG = Logger.getLogger(PlanningMetrics.class);

    private final Timer runs;
    private final Counter plans;
    private final Counter failures;

    PlanningMetrics(MeterRegistry registry) {
        runs =
                Timer.builder("laptopdiff.planning.runs")
                        .description("Steps of planning, and how long each took")
                        .register(registry);
        plans =
                Counter.builder("laptopdiff.planning.plans")
                        .description("Plans made")
                        .register(registry);
        failures =
                Counter.builder("laptopdiff.planning.failures")
                        .description("Variants and runs that could not be planned")
                        .register(registry);
    }

    Advance measure(String runId, Supplier<Advance> planning) {
        Advance advance = runs.record(planning);
        for (Message event : advance.messages()) {
            if (event instanceof PlanCreated plan) {
                plans.increment();
                LOG.infof(
                        "planned run=%s variant=%s removed=%d of=%d units=%d",
                        runId,
                        plan.variant(),
                        plan.plan().removedParameters(),
                        plan.plan().teacherParameters(),
                        plan.plan().removedUnits().size());
            } else if (event instanceof StageFailed failure) {
                failures.increment();
                LOG.warnf(
                        "not planned run=%s variant=%s what=%s where=%s",
                        runId, failure.variant(), failure.what(), failure.where());
            }
        }
        return advance;
    }
}
