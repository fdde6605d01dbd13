package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import io.laptopdiff.pruningplanner.planning.PlanReport.IterativeReport;
import io.laptopdiff.pruningplanner.search.PlanSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Beyond the paper: what remains is scored again after every few removals, beside all that is gone
 * by then. It begins with the certain half of the plan of one shot: of its units that no draw of
 * the scores within their standard errors leaves in, the cheapest for their size.
 */
final class IterativeSearch {
    private final VariantPlanner planner;
    private final PlanningProblem problem;
    private final String runId;
    private final VariantSpec variant;
    private final Removal oneShot;
    private final Set<String> removed = new LinkedHashSet<>();
    private final List<List<String>> rounds = new ArrayList<>();
    private final Set<List<String>> measuredSets = new HashSet<>();

    IterativeSearch(
            VariantPlanner planner, PlanningProblem problem, String runId, VariantSpec variant) {
        this.planner = planner;
        this.problem = problem;
        this.runId = runId;
        this.variant = variant;
        this.oneShot = PlanSearch.best(problem);
    }

    /** Takes every round again from what was measured, up to the first that was not. */
    Step next() {
        List<String> start = certain();
        removed.addAll(start);
        while (!problem.isMetBy(removed)) {
            List<List<String>> sets = sets();
            Optional<List<Moments>> measured = planner.losses().of(sets);
            if (measured.isEmpty()) {
                return new Step.Measure(sets);
            }
            measuredSets.addAll(sets);
            List<String> round = round(measured.get());
            if (round.isEmpty()) {
                throw new IllegalStateException("no unit is left in " + variant.name());
            }
            rounds.add(round);
            removed.addAll(round);
        }
        return compared(start);
    }

    private List<String> certain() {
        Set<String> certain = new LinkedHashSet<>(oneShot.units());
        planner.draws(problem, variant.criterion())
                .forEach(draw -> certain.retainAll(draw.units()));
        List<ScoredUnit> cheapest =
                problem.units().stream()
                        .filter(unit -> certain.contains(unit.path()))
                        .sorted(Comparator.comparing(unit -> unit.loss() / unit.parameters()))
                        .toList();
        List<String> start = new ArrayList<>();
        for (ScoredUnit unit : cheapest) {
            start.add(unit.path());
            if (2 * problem.parameters(start) > oneShot.parameters()) {
                start.remove(unit.path());
                break;
            }
        }
        return problem.ordered(start);
    }

    /** Returns what is gone, where anything is, and that with each unit that may still go. */
    private List<List<String>> sets() {
        List<List<String>> sets = new ArrayList<>();
        if (!removed.isEmpty()) {
            sets.add(problem.ordered(removed));
        }
        for (ScoredUnit unit : open()) {
            Set<String> more = new LinkedHashSet<>(removed);
            more.add(unit.path());
            sets.add(problem.ordered(more));
        }
        return sets;
    }

    private List<ScoredUnit> open() {
        return problem.units().stream()
                .filter(unit -> !removed.contains(unit.path()))
                .filter(unit -> !problem.keep().contains(unit.path()))
                .toList();
    }

    private List<String> round(List<Moments> measured) {
        int next = 0;
        double base = removed.isEmpty() ? 0 : VariantPlanner.mean(measured.get(next++));
        List<Double> losses = new ArrayList<>();
        List<ScoredUnit> open = open();
        for (ScoredUnit unit : problem.units()) {
            boolean isOpen = open.stream().anyMatch(o -> o.path().equals(unit.path()));
            losses.add(
                    isOpen ? Math.max(0, VariantPlanner.mean(measured.get(next++)) - base) : 0.0);
        }
        PlanningProblem again = problem.withLosses(losses).withRemoved(removed);
        Set<String> rest = new LinkedHashSet<>(PlanSearch.best(again).units());
        rest.removeAll(removed);
        return again.units().stream()
                .filter(unit -> rest.contains(unit.path()))
                .sorted(Comparator.comparing(unit -> unit.loss() / unit.parameters()))
                .limit(variant.iterative().removalsPerRound())
                .map(ScoredUnit::path)
                .toList();
    }

    private Step compared(List<String> start) {
        List<String> units = problem.ordered(removed);
        List<List<String>> sets =
                units.equals(oneShot.units()) ? List.of(units) : List.of(units, oneShot.units());
        Optional<List<Moments>> measured = planner.losses().of(sets);
        if (measured.isEmpty()) {
            return new Step.Measure(sets);
        }
        measuredSets.addAll(sets);
        List<Moments> losses = measured.get();
        Removal removal = new Removal(units, problem.parameters(removed), problem.loss(removed));
        PruningPlan plan = planner.plan(variant, removal, "iterative", losses.get(0));
        PruningPlan once =
                planner.plan(variant, oneShot, "one-shot", losses.get(losses.size() - 1));
        IterativeReport report =
                new IterativeReport(
                        start,
                        rounds,
                        (long) measuredSets.size() * planner.losses().slices(),
                        once);
        return new Step.Planned(
                plan,
                List.of(),
                new PlanReport(
                        runId,
                        variant.name(),
                        variant.criterion().text(),
                        plan,
                        List.of(),
                        report));
    }
}
