package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scores units, and sets of units, of a teacher on one slice of the calibration set. What was
 * measured once is kept, and found again by the content of teacher and samples: another run, at
 * whatever ratio or budget, loads no model for it.
 */
public final class SliceScorer {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final ScoringLimits limits;
    private final Clock clock;
    private final FileDigests files = new FileDigests();
    private final AtomicLong measured = new AtomicLong();

    /**
     * @param store keeps scores under {@code score-cache}
     * @param limits change speed and memory, and the result by rounding only
     * @param clock for {@code occurredAt}
     */
    public SliceScorer(
            Artifacts artifacts, ArtifactStore store, ScoringLimits limits, Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** Returns the slices that models were loaded for; the others were known already. */
    public long slicesMeasured() {
        return measured.get();
    }

    /**
     * The scores of every unit if all of them are known; takes no memory on the device.
     *
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public Optional<UnitsScored> recall(ScoreUnits task) {
        long begin = System.nanoTime();
        SliceScores scores = scores(task);
        return scores.complete() ? Optional.of(scored(task, scores, begin)) : Optional.empty();
    }

    /**
     * Scores every unit by each criterion that is not known yet, and frees everything again.
     *
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public UnitsScored score(ScoreUnits task, Interruption interruption) {
        long begin = System.nanoTime();
        SliceScores scores = scores(task);
        if (!scores.complete()) {
            measured.incrementAndGet();
            scores.measure(limits, interruption);
        }
        return scored(task, scores, begin);
    }

    private SliceScores scores(ScoreUnits task) {
        SliceSource source =
                SliceSource.of(
                        artifacts,
                        task.teacher(),
                        task.calibration(),
                        task.slice(),
                        task.scoring().precision());
        boolean clip = task.scoring().criteria().contains(Criterion.CLIP_SCORE);
        Path scorer = clip ? artifacts.directory(task.scorer()) : null;
        CachedSlice cached = source.cached(store, task.calibration().seed(), files);
        return new SliceScores(task, source, cached, scorer, files, limits);
    }

    private UnitsScored scored(ScoreUnits task, SliceScores scores, long begin) {
        return new UnitsScored(
                task.runId(),
                clock.instant(),
                task.slice(),
                task.calibration().slices(),
                scores.teacherParameters(),
                scores.units(),
                secondsSince(begin),
                scores.costs());
    }

    /**
     * The joint output losses if all of them are known; takes no memory on the device.
     *
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public Optional<RemovalsMeasured> recall(MeasureRemovals task) {
        long begin = System.nanoTime();
        SliceLosses losses = losses(task);
        return losses.complete() ? Optional.of(told(task, losses, begin)) : Optional.empty();
    }

    /**
     * Measures the joint output loss of every set that is not known yet, and frees everything
     * again.
     *
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public RemovalsMeasured measure(MeasureRemovals task, Interruption interruption) {
        long begin = System.nanoTime();
        SliceLosses losses = losses(task);
        if (!losses.complete()) {
            measured.incrementAndGet();
            losses.measure(limits, interruption);
        }
        return told(task, losses, begin);
    }

    private SliceLosses losses(MeasureRemovals task) {
        SliceSource source =
                SliceSource.of(
                        artifacts,
                        task.teacher(),
                        task.calibration(),
                        task.slice(),
                        task.precision());
        return new SliceLosses(
                task.sets(), source, source.cached(store, task.calibration().seed(), files));
    }

    private RemovalsMeasured told(MeasureRemovals task, SliceLosses losses, long begin) {
        return new RemovalsMeasured(
                task.runId(),
                clock.instant(),
                task.purpose(),
                task.slice(),
                task.calibration().slices(),
                task.sets(),
                losses.losses(),
                secondsSince(begin));
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / NANOS_PER_SECOND;
    }
}
