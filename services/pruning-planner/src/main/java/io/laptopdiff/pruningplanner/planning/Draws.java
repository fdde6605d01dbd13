package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.search.PlanSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Plans for scores as they could as well have come out: each drawn from a normal distribution
 * around its mean with its standard error.
 */
final class Draws {
    /** The number of draws, enough to tell a plan that holds in 95 % of them. */
    static final int COUNT = 20;

    private static final double STABLE_SHARE = 0.95;

    private Draws() {}

    /** Draws plans, always the same for the same scores and seed. */
    static List<Removal> of(
            PlanningProblem problem, List<UnitScore> scores, Criterion criterion, long seed) {
        Random random = new Random(seed);
        List<Removal> plans = new ArrayList<>();
        for (int draw = 0; draw < COUNT; draw++) {
            List<Double> losses = new ArrayList<>();
            for (int u = 0; u < scores.size(); u++) {
                double error = scores.get(u).by(criterion).standardError().orElse(0);
                double loss = problem.units().get(u).loss() + error * random.nextGaussian();
                losses.add(Math.max(0, loss));
            }
            plans.add(PlanSearch.best(problem.withLosses(losses)));
        }
        return plans;
    }

    /** Returns whether nearly all of them remove the same units as the plan. */
    static boolean agree(Removal plan, List<Removal> draws) {
        long same = draws.stream().filter(draw -> draw.units().equals(plan.units())).count();
        return same >= STABLE_SHARE * draws.size();
    }
}
