package io.laptopdiff.pruningplanner.search;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The cheapest plans: from the knapsack's table where it can answer, else from a solver. */
public final class PlanSearch {
    private PlanSearch() {}

    /**
     * The plan of least loss; ties break on fewer freed parameters, then on earlier units.
     *
     * @throws StageException naming the demand that cannot be met and the nearest that can
     */
    public static Removal best(PlanningProblem problem) {
        return best(problem, 1).get(0);
    }

    /**
     * The cheapest plans, best first, all different; fewer where there are not so many.
     *
     * @throws StageException as {@link #best(PlanningProblem)}
     */
    public static List<Removal> best(PlanningProblem problem, int count) {
        Demands.requireKnown(problem);
        if (!problem.hasOneBudgetOfParameters()) {
            return solved(problem, count);
        }
        List<Removal> plans = new TableSearch(problem).cheapest(count);
        if (plans.isEmpty()) {
            Set<String> free =
                    problem.units().stream().map(ScoredUnit::path).collect(Collectors.toSet());
            free.removeAll(problem.keep());
            throw Demands.tooMuch(problem, problem.budgets().get(0), problem.parameters(free));
        }
        return plans;
    }

    /**
     * Holds a problem against its teacher, whatever its losses are.
     *
     * @throws StageException as {@link #best(PlanningProblem)}
     */
    public static void requirePossible(PlanningProblem problem) {
        Demands.requireKnown(problem);
        if (problem.hasOneBudgetOfParameters()) {
            best(problem);
        } else if (!problem.budgets().isEmpty() && !new PlanModel(problem).isPossible()) {
            throw Demands.refusal(problem);
        }
    }

    /** Searches by the solver, whatever the problem asks. */
    static List<Removal> solved(PlanningProblem problem, int count) {
        List<Removal> plans = new ArrayList<>();
        List<Set<String>> known = new ArrayList<>();
        Optional<Removal> next = new PlanModel(problem).cheapest(known);
        while (next.isPresent() && plans.size() < count) {
            plans.add(next.get());
            known.add(Set.copyOf(next.get().units()));
            next = plans.size() < count ? new PlanModel(problem).cheapest(known) : Optional.empty();
        }
        if (plans.isEmpty()) {
            throw Demands.refusal(problem);
        }
        return plans;
    }
}
