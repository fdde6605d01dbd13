package io.laptopdiff.pruningplanner.search;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.pruningplanner.budgets.Budget;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.budgets.Resource;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the demand of a problem that cannot be met, and the nearest that can. */
final class Demands {
    private static final double DIGITS = 1e4;
    private static final String MAXIMUM = "maximumRatio";
    private static final double NO_MAXIMUM = 1;

    private Demands() {}

    /**
     * @throws StageException if units or stages are named that the teacher does not have, or more
     *     is to stay than there is
     */
    static void requireKnown(PlanningProblem problem) {
        Set<String> units =
                problem.units().stream().map(ScoredUnit::path).collect(Collectors.toSet());
        Set<String> strangers = new TreeSet<>(problem.keep());
        strangers.removeAll(units);
        if (!strangers.isEmpty()) {
            throw new StageException(
                    "The teacher has no unit " + strangers,
                    "keep",
                    "Name units as its scores do: "
                            + problem.units().stream().map(ScoredUnit::path).toList());
        }
        Map<String, List<String>> stages = problem.stages();
        problem.minimumUnits()
                .forEach(
                        (stage, minimum) -> {
                            List<String> there = stages.get(stage);
                            if (there == null || there.size() < minimum) {
                                throw new StageException(
                                        there == null
                                                ? "The teacher has no stage '" + stage + "'"
                                                : minimum
                                                        + " units are to stay in '"
                                                        + stage
                                                        + "', which has "
                                                        + there.size(),
                                        "minimumUnits." + stage,
                                        there == null
                                                ? "Name one of " + stages.keySet() + "."
                                                : "Ask for at most " + there.size() + ".");
                            }
                        });
    }

    /**
     * Returns the refusal of a budget that asks for more of one resource than the units that may go
     * would save.
     */
    static StageException tooMuch(PlanningProblem problem, Budget budget, long most) {
        String field = budget.resource().field();
        String sizes = reasons(problem);
        String name = budget.resource() == Resource.PARAMETERS ? "Ratio" : field;
        return new StageException(
                name + " " + budget.share() + " asks for more than can be removed" + sizes,
                field,
                "Ask for at most "
                        + down(budget.shareOf(most))
                        + (sizes.isEmpty() ? "." : ", or let more units go."));
    }

    private static String reasons(PlanningProblem problem) {
        List<String> reasons = new ArrayList<>();
        if (!problem.keep().isEmpty()) {
            reasons.add("'keep' holds " + problem.keep().size() + " units");
        }
        problem.minimumUnits().entrySet().stream()
                .filter(stage -> stage.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        stage ->
                                reasons.add(
                                        "'minimumUnits' holds "
                                                + stage.getValue()
                                                + " of "
                                                + stage.getKey()));
        return reasons.isEmpty() ? "" : " where " + String.join(" and ", reasons);
    }

    /** Returns why nothing meets all demands of the problem together. */
    static StageException refusal(PlanningProblem problem) {
        for (Budget budget : problem.budgets()) {
            long most = most(problem.withBudgets(List.of(), NO_MAXIMUM), budget);
            if (most < budget.least()) {
                return tooMuch(problem, budget, most);
            }
        }
        if (problem.hasMaximum()) {
            OptionalLong fewest =
                    new PlanModel(problem.withBudgets(problem.budgets(), NO_MAXIMUM))
                            .fewestParameters();
            if (fewest.isPresent()) {
                return underTheMaximum(problem, fewest.getAsLong());
            }
        }
        return contradiction(problem);
    }

    private static long most(PlanningProblem problem, Budget budget) {
        return new PlanModel(problem).most(budget).orElse(0);
    }

    private static StageException underTheMaximum(PlanningProblem problem, long fewest) {
        double nearest = (double) fewest / problem.teacherParameters();
        return new StageException(
                MAXIMUM
                        + " "
                        + problem.maximumRatio()
                        + " lets less go than "
                        + fields(problem.budgets())
                        + " needs"
                        + reasons(problem),
                MAXIMUM,
                "Raise it to at least " + up(nearest) + insteadOf(problem));
    }

    private static String insteadOf(PlanningProblem problem) {
        for (Budget budget : problem.budgets()) {
            List<Budget> others =
                    problem.budgets().stream().filter(other -> !other.equals(budget)).toList();
            OptionalLong most =
                    new PlanModel(problem.withBudgets(others, problem.maximumRatio())).most(budget);
            if (most.isPresent() && most.getAsLong() > 0) {
                return ", or lower '"
                        + budget.resource().field()
                        + "' to at most "
                        + down(budget.shareOf(most.getAsLong()))
                        + ".";
            }
        }
        return ".";
    }

    /** Returns the refusal of demands that can each be met alone, and not all together. */
    private static StageException contradiction(PlanningProblem problem) {
        for (Budget budget : problem.budgets()) {
            List<Budget> others =
                    problem.budgets().stream().filter(other -> !other.equals(budget)).toList();
            OptionalLong most =
                    new PlanModel(problem.withBudgets(others, problem.maximumRatio())).most(budget);
            if (most.isPresent()) {
                return new StageException(
                        budget.resource().field()
                                + " "
                                + budget.share()
                                + " cannot be met together with "
                                + fields(others)
                                + reasons(problem),
                        budget.resource().field(),
                        "Ask for at most " + down(budget.shareOf(most.getAsLong())) + ".");
            }
        }
        return new StageException(
                fields(problem.budgets()) + " cannot be met together" + reasons(problem),
                problem.budgets().get(0).resource().field(),
                "Leave out one of them, or lower them.");
    }

    private static String fields(List<Budget> budgets) {
        return budgets.stream()
                .map(budget -> budget.resource().field() + " " + budget.share())
                .collect(Collectors.joining(" and "));
    }

    private static String down(double share) {
        return String.format(Locale.ROOT, "%.4f", Math.floor(share * DIGITS) / DIGITS);
    }

    private static String up(double share) {
        return String.format(Locale.ROOT, "%.4f", Math.ceil(share * DIGITS) / DIGITS);
    }
}
