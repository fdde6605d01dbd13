package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.plan.PruningPlan;
import java.util.List;

/** What comes next for one variant. */
sealed interface Step {

    /** Joint losses are needed. */
    record Measure(List<List<String>> sets) implements Step {}

    /**
     * The plan is found.
     *
     * @param candidates best first, where a short distillation is to choose
     */
    record Planned(PruningPlan plan, List<PruningPlan> candidates, PlanReport report)
            implements Step {}
}
