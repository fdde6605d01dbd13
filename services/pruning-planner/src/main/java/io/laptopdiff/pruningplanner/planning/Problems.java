package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.Cost;
import io.laptopdiff.contracts.scoring.UnitCost;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.pruningplanner.budgets.Budget;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.budgets.Resource;
import io.laptopdiff.pruningplanner.knapsack.Bonus;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What a variant asks, as a problem about one teacher. */
final class Problems {
    private static final double NANOSECONDS = 1e9;

    private final UNetLayout teacher;
    private final UnitCosts costs;

    /**
     * @param costs null where they were not measured (yet)
     */
    Problems(UNetLayout teacher, UnitCosts costs) {
        this.teacher = teacher;
        this.costs = costs;
    }

    /**
     * @throws StageException if the scores are of another U-Net
     */
    void requireSameUnits(List<UnitScore> scores) {
        List<String> expected =
                teacher.units().stream().map(u -> u.path() + " of " + u.parameters()).toList();
        List<String> actual = scores.stream().map(u -> u.unit() + " of " + u.parameters()).toList();
        if (!expected.equals(actual)) {
            throw new StageException(
                    "The scores are of another U-Net: they name the units "
                            + actual
                            + ", and the teacher has "
                            + expected,
                    "unet/config.json of the teacher",
                    "Leave a teacher as it is while a run goes on, and ask for a new run.");
        }
    }

    /**
     * Returns the problem without scores: what can be said before any is there. Costs that are not
     * measured yet ask for nothing.
     */
    PlanningProblem unscored(VariantSpec variant) {
        List<ScoredUnit> units =
                teacher.units().stream()
                        .map(unit -> new ScoredUnit(unit.path(), unit.parameters(), 0))
                        .toList();
        return problem(variant, units);
    }

    /**
     * @throws StageException if the criterion has no usable score of a unit, or costs that are
     *     needed are not there
     */
    PlanningProblem of(VariantSpec variant, List<UnitScore> scores) {
        if (variant.needsCosts() && costs == null) {
            throw new StageException(
                    "What each unit costs was not measured",
                    "scores",
                    "Ask for 'ratio' alone, or for a new run; layer-scoring measures costs with"
                            + " the first slice.");
        }
        List<ScoredUnit> units =
                scores.stream().map(score -> scored(score, variant.criterion())).toList();
        return problem(variant, units);
    }

    /** A score below 0 says that the unit does no good, which noise can tell of a useless one. */
    private static ScoredUnit scored(UnitScore score, Criterion criterion) {
        double loss =
                score.by(criterion)
                        .mean()
                        .orElseThrow(
                                () ->
                                        new StageException(
                                                "The unit has no score by '"
                                                        + criterion.text()
                                                        + "'",
                                                score.unit(),
                                                "List the criterion under 'scoring.criteria' and"
                                                        + " ask for a new run."));
        return new ScoredUnit(score.unit(), score.parameters(), Math.max(0, loss));
    }

    private PlanningProblem problem(VariantSpec variant, List<ScoredUnit> units) {
        List<Bonus> bonuses =
                teacher.bonuses().stream()
                        .map(bonus -> new Bonus(bonus.blocks(), bonus.parameters()))
                        .toList();
        List<Budget> budgets = new ArrayList<>();
        if (variant.ratio() != null) {
            List<Long> savings = teacher.units().stream().map(Unit::parameters).toList();
            budgets.add(
                    new Budget(
                            Resource.PARAMETERS, variant.ratio(), teacher.parameters(), savings));
        }
        if (costs != null) {
            add(budgets, Resource.MACS, variant.macsRatio(), Cost::macs);
            add(
                    budgets,
                    Resource.LATENCY,
                    variant.latencyRatio(),
                    cost -> Math.round(cost.seconds() * NANOSECONDS));
            add(budgets, Resource.MEMORY, variant.memoryRatio(), Cost::bytes);
        }
        return new PlanningProblem(
                units,
                bonuses,
                teacher.parameters(),
                budgets,
                variant.maximumRatio() == null ? 1 : variant.maximumRatio(),
                Set.copyOf(variant.keep()),
                variant.minimumUnits(),
                Set.of());
    }

    private void add(
            List<Budget> budgets, Resource resource, Double share, ToLongFunction<Cost> amount) {
        if (share == null) {
            return;
        }
        Map<String, Cost> byUnit = new TreeMap<>();
        for (UnitCost cost : costs.units()) {
            byUnit.put(cost.unit(), cost.cost());
        }
        List<Long> savings = new ArrayList<>();
        for (Unit unit : teacher.units()) {
            Cost cost = byUnit.get(unit.path());
            if (cost == null) {
                throw new StageException(
                        "What the unit costs was not measured",
                        unit.path(),
                        "Leave a teacher as it is while a run goes on, and ask for a new run.");
            }
            savings.add(amount.applyAsLong(cost));
        }
        budgets.add(new Budget(resource, share, amount.applyAsLong(costs.teacher()), savings));
    }
}
