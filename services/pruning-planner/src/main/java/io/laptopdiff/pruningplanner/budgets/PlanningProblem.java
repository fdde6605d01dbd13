package io.laptopdiff.pruningplanner.budgets;

import io.laptopdiff.pruningplanner.knapsack.Bonus;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The question which set of units is cheapest to remove, under everything that a variant asks.
 *
 * @param units in execution order, with what each costs
 * @param bonuses of parameters alone
 * @param teacherParameters of the whole U-Net
 * @param budgets at least one
 * @param maximumRatio at most this share of the parameters goes; at most 1
 * @param keep units that stay
 * @param minimumUnits how many units stay at least, by stage
 * @param removed units that are gone already
 */
public record PlanningProblem(
        List<ScoredUnit> units,
        List<Bonus> bonuses,
        long teacherParameters,
        List<Budget> budgets,
        double maximumRatio,
        Set<String> keep,
        Map<String, Integer> minimumUnits,
        Set<String> removed) {
    /** What rounding a share to a double may lose, as in the frontier. */
    private static final double ROUNDING = 1e-6;

    public PlanningProblem {
        units = List.copyOf(units);
        bonuses = List.copyOf(bonuses);
        budgets = List.copyOf(budgets);
        keep = Set.copyOf(keep);
        minimumUnits = Map.copyOf(minimumUnits);
        removed = Set.copyOf(removed);
    }

    /** Returns whether the knapsack's table can answer it. */
    public boolean hasOneBudgetOfParameters() {
        return budgets.size() == 1
                && budgets.get(0).resource() == Resource.PARAMETERS
                && maximumRatio >= 1
                && minimumUnits.values().stream().allMatch(minimum -> minimum == 0);
    }

    public boolean hasMaximum() {
        return maximumRatio < 1;
    }

    public long mostParameters() {
        return (long) Math.floor(maximumRatio * teacherParameters + ROUNDING);
    }

    /** The stage of a unit's path, such as "down_blocks.0" or "mid_block". */
    public static String stage(String unit) {
        String[] parts = unit.split("\\.", 3);
        return parts[0].equals("mid_block") ? parts[0] : parts[0] + "." + parts[1];
    }

    /** The units of each stage, in execution order. */
    public Map<String, List<String>> stages() {
        Map<String, List<String>> stages = new LinkedHashMap<>();
        units.forEach(
                unit ->
                        stages.computeIfAbsent(stage(unit.path()), any -> new ArrayList<>())
                                .add(unit.path()));
        return stages;
    }

    /** Returns the parameters that a set frees, bonuses included. */
    public long parameters(Collection<String> set) {
        long sum = 0;
        for (ScoredUnit unit : units) {
            sum += set.contains(unit.path()) ? unit.parameters() : 0;
        }
        for (Bonus bonus : bonuses) {
            sum += set.containsAll(bonus.units()) ? bonus.parameters() : 0;
        }
        return sum;
    }

    /** Returns the sum of the losses of a set. */
    public double loss(Collection<String> set) {
        return units.stream()
                .filter(unit -> set.contains(unit.path()))
                .mapToDouble(ScoredUnit::loss)
                .sum();
    }

    /** Returns what a set saves of a budget's resource. */
    public long saved(Budget budget, Collection<String> set) {
        if (budget.resource() == Resource.PARAMETERS) {
            return parameters(set);
        }
        long sum = 0;
        for (int u = 0; u < units.size(); u++) {
            sum += set.contains(units.get(u).path()) ? budget.savings().get(u) : 0;
        }
        return sum;
    }

    /** Returns whether the set saves enough already. */
    public boolean isMetBy(Collection<String> set) {
        return budgets.stream().allMatch(budget -> saved(budget, set) >= budget.least());
    }

    /** The set's units in execution order. */
    public List<String> ordered(Collection<String> set) {
        return units.stream().map(ScoredUnit::path).filter(set::contains).toList();
    }

    /** Returns the same problem with other losses, in the order of the units. */
    public PlanningProblem withLosses(List<Double> losses) {
        List<ScoredUnit> scored = new ArrayList<>();
        for (int u = 0; u < units.size(); u++) {
            ScoredUnit unit = units.get(u);
            scored.add(new ScoredUnit(unit.path(), unit.parameters(), losses.get(u)));
        }
        return new PlanningProblem(
                scored,
                bonuses,
                teacherParameters,
                budgets,
                maximumRatio,
                keep,
                minimumUnits,
                removed);
    }

    /** Returns the same problem where these units are gone already. */
    public PlanningProblem withRemoved(Set<String> gone) {
        return new PlanningProblem(
                units, bonuses, teacherParameters, budgets, maximumRatio, keep, minimumUnits, gone);
    }

    /** Returns the same problem under other budgets. */
    public PlanningProblem withBudgets(List<Budget> others, double maximum) {
        return new PlanningProblem(
                units, bonuses, teacherParameters, others, maximum, keep, minimumUnits, removed);
    }
}
