package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.search.PlanSearch;
import io.laptopdiff.pruningplanner.search.RandomPlans;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans any variant of one teacher whose units are scored. */
final class VariantPlanner {
    private final UNetLayout teacher;
    private final List<UnitScore> scores;
    private final Problems problems;
    private final JointLosses losses;
    private final long seed;

    /**
     * @param scores of every unit, over the samples that were taken
     */
    VariantPlanner(
            UNetLayout teacher,
            List<UnitScore> scores,
            Problems problems,
            JointLosses losses,
            long seed) {
        this.teacher = teacher;
        this.scores = scores;
        this.problems = problems;
        this.losses = losses;
        this.seed = seed;
    }

    /**
     * Returns what comes next; the same for the same facts.
     *
     * @throws StageException if the teacher cannot be cut that way
     */
    Step next(String runId, VariantSpec variant) {
        if (variant.handcrafted() != null) {
            PruningPlan plan = HandcraftedPlans.of(variant.handcrafted(), teacher);
            return new Step.Planned(plan, List.of(), report(runId, variant, plan, List.of()));
        }
        PlanningProblem problem = problems.of(variant, scores);
        if (variant.iterative() != null) {
            return new IterativeSearch(this, problem, runId, variant).next();
        }
        List<Removal> best = PlanSearch.best(problem, variant.candidates());
        if (variant.candidates() + variant.randomCandidates() == 1 && !variant.measured()) {
            PruningPlan plan = plan(variant, best.get(0), "one-shot", null);
            return new Step.Planned(plan, List.of(), report(runId, variant, plan, List.of()));
        }
        return measured(runId, variant, withRandom(problem, best, variant.randomCandidates()));
    }

    private List<Removal> withRandom(PlanningProblem problem, List<Removal> best, int count) {
        Set<Removal> plans = new LinkedHashSet<>(best);
        plans.addAll(RandomPlans.of(problem, count, seed));
        return List.copyOf(plans);
    }

    private Step measured(String runId, VariantSpec variant, List<Removal> best) {
        List<List<String>> sets = best.stream().map(Removal::units).toList();
        Optional<List<Moments>> measured = losses.of(sets);
        if (measured.isEmpty()) {
            return new Step.Measure(sets);
        }
        String search = best.size() == 1 ? "one-shot" : "verified";
        List<PruningPlan> plans = new ArrayList<>();
        for (int k = 0; k < best.size(); k++) {
            plans.add(plan(variant, best.get(k), search, measured.get().get(k)));
        }
        // The sort is stable: of equal ones, that of the least predicted loss is first.
        plans.sort(Comparator.comparing(PruningPlan::measuredLoss));
        return new Step.Planned(
                plans.get(0),
                variant.recoverySteps() > 0 ? plans : List.of(),
                report(runId, variant, plans.get(0), plans));
    }

    private static PlanReport report(
            String runId, VariantSpec variant, PruningPlan plan, List<PruningPlan> candidates) {
        return new PlanReport(
                runId, variant.name(), variant.criterion().text(), plan, candidates, null);
    }

    /**
     * @param measured joint loss; null where nobody measured it
     */
    PruningPlan plan(VariantSpec variant, Removal removal, String search, Moments measured) {
        long all = teacher.parameters();
        return new PruningPlan(
                removal.units(),
                null,
                variant.ratio(),
                (double) removal.parameters() / all,
                removal.parameters(),
                all,
                all - removal.parameters(),
                removal.loss(),
                variant.criterion(),
                search,
                measured == null ? null : mean(measured),
                measured == null ? null : measured.standardError().orElse(0));
    }

    static double mean(Moments measured) {
        return Math.max(0, measured.mean().orElse(0));
    }

    /** Returns whether the plan stays the same within the standard errors of the scores. */
    boolean isStable(VariantSpec variant) {
        if (variant.handcrafted() != null) {
            return true;
        }
        PlanningProblem problem = problems.of(variant, scores);
        return Draws.agree(PlanSearch.best(problem), draws(problem, variant.criterion()));
    }

    /**
     * Returns the frontier by a criterion; empty where some unit has no score by the first
     * criterion.
     */
    Optional<FrontierReport> frontier(String runId, Criterion criterion) {
        try {
            return Optional.of(FrontierReport.of(runId, criterion, teacher, problems, scores));
        } catch (StageException e) {
            return Optional.empty();
        }
    }

    List<Removal> draws(PlanningProblem problem, Criterion criterion) {
        return Draws.of(problem, scores, criterion, seed);
    }

    JointLosses losses() {
        return losses;
    }
}
