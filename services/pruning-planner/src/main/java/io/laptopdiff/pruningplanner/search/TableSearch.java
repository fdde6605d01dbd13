package io.laptopdiff.pruningplanner.search;

import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Bonus;
import io.laptopdiff.pruningplanner.knapsack.Frontier;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The cheapest plans under one budget of parameters, each from a table over the units that are
 * free: what remains beside a plan is split by the first unit that another plan treats otherwise
 * (Lawler, Management Science 18, 1972). Exact, ties included.
 */
final class TableSearch {
    private final PlanningProblem problem;
    private final long wanted;
    private final Comparator<Part> order =
            Comparator.comparing((Part part) -> part.loss)
                    .thenComparing(part -> part.best.parameters())
                    .thenComparing(part -> part.best.units(), this::compareUnits);

    TableSearch(PlanningProblem problem) {
        this.problem = problem;
        this.wanted = problem.budgets().get(0).least();
    }

    /** All plans that contain one set and none of another, told by the best of them. */
    private record Part(Set<String> in, Set<String> out, Removal best, BigDecimal loss) {}

    /** Returns the cheapest plans, best first, all different. */
    List<Removal> cheapest(int count) {
        PriorityQueue<Part> parts = new PriorityQueue<>(order);
        part(problem.removed(), problem.keep()).ifPresent(parts::add);
        List<Removal> plans = new ArrayList<>();
        while (plans.size() < count && !parts.isEmpty()) {
            Part part = parts.poll();
            plans.add(part.best);
            if (plans.size() < count) {
                split(part, parts);
            }
        }
        return plans;
    }

    private void split(Part part, PriorityQueue<Part> parts) {
        Set<String> in = new HashSet<>(part.in);
        Set<String> out = new HashSet<>(part.out);
        for (ScoredUnit unit : problem.units()) {
            String path = unit.path();
            if (in.contains(path) || out.contains(path)) {
                continue;
            }
            boolean goes = part.best.units().contains(path);
            Set<String> same = goes ? in : out;
            Set<String> other = goes ? out : in;
            other.add(path);
            part(in, out).ifPresent(parts::add);
            other.remove(path);
            same.add(path);
        }
    }

    private Optional<Part> part(Set<String> in, Set<String> out) {
        List<ScoredUnit> free =
                problem.units().stream()
                        .filter(unit -> !in.contains(unit.path()) && !out.contains(unit.path()))
                        .toList();
        List<Bonus> bonuses = new ArrayList<>();
        for (Bonus bonus : problem.bonuses()) {
            List<String> open = bonus.units().stream().filter(unit -> !in.contains(unit)).toList();
            if (!open.isEmpty() && open.stream().noneMatch(out::contains)) {
                bonuses.add(new Bonus(open, bonus.parameters()));
            }
        }
        long missing = Math.max(0, wanted - problem.parameters(in));
        Optional<Removal> rest =
                free.isEmpty()
                        ? Optional.of(new Removal(List.of(), 0, 0)).filter(none -> missing == 0)
                        : Frontier.of(free, bonuses).forParameters(missing);
        return rest.map(
                removal -> {
                    Set<String> set = new HashSet<>(in);
                    set.addAll(removal.units());
                    List<String> units = problem.ordered(set);
                    Removal whole = new Removal(units, problem.parameters(set), problem.loss(set));
                    return new Part(Set.copyOf(in), Set.copyOf(out), whole, exactLoss(set));
                });
    }

    private BigDecimal exactLoss(Set<String> set) {
        return problem.units().stream()
                .filter(unit -> set.contains(unit.path()))
                .map(unit -> new BigDecimal(unit.loss()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Compares sets: earlier is the one that holds the first unit that the other lacks. */
    private int compareUnits(List<String> a, List<String> b) {
        for (ScoredUnit unit : problem.units()) {
            boolean inA = a.contains(unit.path());
            if (inA != b.contains(unit.path())) {
                return inA ? -1 : 1;
            }
        }
        return 0;
    }
}
