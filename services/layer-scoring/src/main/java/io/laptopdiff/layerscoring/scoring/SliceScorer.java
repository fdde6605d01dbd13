package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitCosts;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Scores units, and sets of units, of a teacher on one slice of the calibration set. */
public final class SliceScorer {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Artifacts artifacts;
    private final int batchSize;
    private final Clock clock;

    /**
     * @param batchSize samples in one pass; changes speed and memory, and the result by rounding
     *     only
     * @param clock for {@code occurredAt}
     */
    public SliceScorer(Artifacts artifacts, int batchSize, Clock clock) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "batchSize = " + batchSize + ": it must be at least 1");
        }
        this.artifacts = artifacts;
        this.batchSize = batchSize;
        this.clock = clock;
    }

    /**
     * Loads the teacher, scores every unit, and frees everything again.
     *
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws RuntimeException that {@link ScoringException#of} can tell
     */
    public UnitsScored score(ScoreUnits task, Interruption interruption) {
        long begin = System.nanoTime();
        try (CalibrationSlice slice =
                CalibrationSlice.load(
                        artifacts,
                        task.teacher(),
                        task.calibration(),
                        task.slice(),
                        interruption)) {
            UnitSums sums =
                    new UnitSums(slice.teacher().layout().units(), slice.trainingTimesteps());
            UnitCosts[] costs = new UnitCosts[1];
            List<UnitCriterion> criteria =
                    Criteria.of(task.scoring().criteria(), task.calibration());
            slice.forEachBatch(
                    batchSize,
                    interruption,
                    (draws, batch) -> {
                        if (task.costs() && costs[0] == null) {
                            costs[0] = CostMeter.measure(batch);
                        }
                        for (UnitCriterion criterion : criteria) {
                            sums.add(criterion.criterion(), draws, criterion.measure(batch));
                        }
                    });
            return new UnitsScored(
                    task.runId(),
                    clock.instant(),
                    task.slice(),
                    task.calibration().slices(),
                    slice.teacher().parameters(),
                    sums.scores(),
                    secondsSince(begin),
                    costs[0]);
        }
    }

    /**
     * Loads the teacher, measures the joint output loss of every set, and frees everything again.
     *
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws RuntimeException that {@link ScoringException#of} can tell
     */
    public RemovalsMeasured measure(MeasureRemovals task, Interruption interruption) {
        long begin = System.nanoTime();
        try (CalibrationSlice slice =
                CalibrationSlice.load(
                        artifacts,
                        task.teacher(),
                        task.calibration(),
                        task.slice(),
                        interruption)) {
            Moments[] sums = new Moments[task.sets().size()];
            Arrays.fill(sums, Moments.NONE);
            List<Set<String>> sets =
                    task.sets().stream().<Set<String>>map(LinkedHashSet::new).toList();
            slice.forEachBatch(
                    batchSize,
                    interruption,
                    (draws, batch) -> {
                        double[][] losses = OutputLoss.of(batch.outputs(sets));
                        for (int s = 0; s < sums.length; s++) {
                            for (int i = 0; i < draws.size(); i++) {
                                UnitSums.requireFinite(losses[s][i], sets.get(s), draws.get(i));
                                sums[s] = sums[s].plus(losses[s][i]);
                            }
                        }
                    });
            return new RemovalsMeasured(
                    task.runId(),
                    clock.instant(),
                    task.purpose(),
                    task.slice(),
                    task.calibration().slices(),
                    task.sets(),
                    List.of(sums),
                    secondsSince(begin));
        }
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / NANOS_PER_SECOND;
    }
}
