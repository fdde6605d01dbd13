package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.knapsack.Frontier;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What frontier.json holds: the best one-shot plan for every ratio, without pins or other budgets.
 *
 * @param criterion whose scores the losses are sums of
 * @param points by growing ratio, each plan once
 */
record FrontierReport(String runId, Criterion criterion, List<Point> points) {

    private static final int STEPS = 100;

    /**
     * The best plan for some ratios.
     *
     * @param ratio of the teacher's parameters that goes
     * @param predictedLoss sum of the scores of the units that go
     * @param removedUnits in execution order
     */
    record Point(
            double ratio,
            double predictedLoss,
            long removedParameters,
            List<String> removedUnits) {}

    static FrontierReport of(
            String runId,
            Criterion criterion,
            UNetLayout teacher,
            Problems problems,
            List<UnitScore> scores) {
        VariantSpec any =
                Json.of(
                        VariantSpec.class,
                        Map.of("ratio", 1.0 / STEPS, "criterion", criterion.text()));
        PlanningProblem problem = problems.of(any, scores);
        Frontier frontier = Frontier.of(problem.units(), problem.bonuses());
        long largest = frontier.largestParameters();
        List<Point> points = new ArrayList<>();
        long freed = -1;
        for (int step = 0; step <= STEPS; step++) {
            long wanted = Math.max(freed + 1, largest * step / STEPS);
            Removal removal = frontier.forParameters(Math.min(wanted, largest)).orElseThrow();
            if (removal.parameters() > freed) {
                freed = removal.parameters();
                points.add(
                        new Point(
                                (double) freed / teacher.parameters(),
                                removal.loss(),
                                freed,
                                removal.units()));
            }
        }
        return new FrontierReport(runId, criterion, points);
    }
}
