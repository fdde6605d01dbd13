package io.laptopdiff.pruningplanner.search;

import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Plans that keep a problem's demands and are random otherwise: a yardstick for the best ones. */
public final class RandomPlans {
    /** Draws for each plan wanted; some fail a demand, and few plans are soon all known. */
    private static final int PATIENCE = 20;

    private RandomPlans() {}

    /**
     * Finds different plans, of which no unit can stay without breaking a budget; fewer where not
     * so many are found. The same for the same seed.
     */
    public static List<Removal> of(PlanningProblem problem, int count, long seed) {
        Random random = new Random(seed);
        Set<Removal> plans = new LinkedHashSet<>();
        for (int draw = 0; draw < PATIENCE * count && plans.size() < count; draw++) {
            Set<String> set = draw(problem, random);
            if (problem.isMetBy(set) && isWithinMaximum(problem, set)) {
                plans.add(
                        new Removal(
                                problem.ordered(set), problem.parameters(set), problem.loss(set)));
            }
        }
        return List.copyOf(plans);
    }

    private static Set<String> draw(PlanningProblem problem, Random random) {
        List<String> order =
                new ArrayList<>(problem.units().stream().map(ScoredUnit::path).toList());
        Collections.shuffle(order, random);
        Map<String, Integer> spare = spare(problem);
        Set<String> set = new HashSet<>(problem.removed());
        for (String unit : order) {
            String stage = PlanningProblem.stage(unit);
            if (!problem.isMetBy(set)
                    && !problem.keep().contains(unit)
                    && spare.get(stage) > 0
                    && set.add(unit)) {
                spare.merge(stage, -1, Integer::sum);
            }
        }
        for (String unit : order) {
            if (!problem.removed().contains(unit) && set.remove(unit) && !problem.isMetBy(set)) {
                set.add(unit);
            }
        }
        return set;
    }

    /** Returns how many units of each stage may still go. */
    private static Map<String, Integer> spare(PlanningProblem problem) {
        Map<String, Integer> spare = new HashMap<>();
        problem.stages()
                .forEach(
                        (stage, units) -> {
                            long gone = units.stream().filter(problem.removed()::contains).count();
                            int kept = problem.minimumUnits().getOrDefault(stage, 0);
                            spare.put(stage, units.size() - kept - (int) gone);
                        });
        return spare;
    }

    private static boolean isWithinMaximum(PlanningProblem problem, Set<String> set) {
        return !problem.hasMaximum() || problem.parameters(set) <= problem.mostParameters();
    }
}
