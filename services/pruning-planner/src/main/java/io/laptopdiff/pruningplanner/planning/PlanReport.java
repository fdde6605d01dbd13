package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.plan.PruningPlan;
import java.util.List;

/**
 * What plan.json holds.
 *
 * @param criterion what the plan goes by
 * @param plan that is taken
 * @param candidates all plans that were measured, best measured first; empty where none was
 * @param iterative absent for a plan found in one shot
 */
record PlanReport(
        String runId,
        String variant,
        String criterion,
        PruningPlan plan,
        List<PruningPlan> candidates,
        @MayBeAbsent IterativeReport iterative) {

    /** Returns the same report of another run. */
    PlanReport of(String otherRun) {
        return new PlanReport(otherRun, variant, criterion, plan, candidates, iterative);
    }

    /**
     * How an iterative plan was found, and what one shot would have given.
     *
     * @param start units that were certain, with which it began
     * @param rounds units removed by each round, in turn
     * @param measurements joint losses that it took: different sets times slices
     * @param oneShot the plan of one shot, measured on the same samples
     */
    record IterativeReport(
            List<String> start,
            List<List<String>> rounds,
            long measurements,
            PruningPlan oneShot) {}
}
