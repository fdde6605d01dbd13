package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.distillation.checkpoints.Checkpoint;
import io.laptopdiff.distillation.checkpoints.DataCursor;
import io.laptopdiff.distillation.checkpoints.Epoch;
import io.laptopdiff.distillation.checkpoints.Progress;
import java.util.Optional;

/** How far a training is, and how fast it goes. */
final class Training {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Weight of what was before in the running average. */
    private static final double INERTIA = 0.9;

    private final String job;
    private final long epoch;
    private final double secondsBefore;
    private final long begin = System.nanoTime();
    private long lastStepEnd = begin;
    private double lastSeconds;
    private double secondsPerStep;
    private int step;
    private Losses initialLosses;
    private Losses lastLosses;
    private DataCursor cursor;

    /**
     * @param last checkpoint that the training goes on from; empty at its start
     * @param cursor of the next sample
     */
    Training(String job, Epoch epoch, Optional<Checkpoint> last, DataCursor cursor) {
        this.job = job;
        this.epoch = epoch.number();
        Progress before = last.map(Checkpoint::progress).orElse(null);
        this.secondsBefore = before == null ? 0 : before.seconds();
        this.step = before == null ? 0 : before.step();
        this.initialLosses = before == null ? null : before.initialLosses();
        this.lastLosses = before == null ? null : before.lastLosses();
        this.cursor = cursor;
    }

    /** Returns the number of steps done. */
    int step() {
        return step;
    }

    /** Returns the place of the next step's samples in the data. */
    DataCursor cursor() {
        return cursor;
    }

    /**
     * Records that one more step is done.
     *
     * @param samples that it took
     */
    void advance(Losses losses, int samples) {
        long now = System.nanoTime();
        lastSeconds = (now - lastStepEnd) / NANOS_PER_SECOND;
        secondsPerStep =
                secondsPerStep == 0
                        ? lastSeconds
                        : INERTIA * secondsPerStep + (1 - INERTIA) * lastSeconds;
        lastStepEnd = now;
        initialLosses = initialLosses == null ? losses : initialLosses;
        lastLosses = losses;
        step++;
        cursor = cursor.plus(samples);
    }

    /**
     * Restarts the clock of a step after a checkpoint was written or drawn, which counts to no
     * step.
     */
    void resume() {
        lastStepEnd = System.nanoTime();
    }

    /** Returns the seconds that the last step took. */
    double lastSeconds() {
        return lastSeconds;
    }

    /** Returns the recent average of the seconds of a step. */
    double secondsPerStep() {
        return secondsPerStep;
    }

    /** Returns the progress as a checkpoint keeps it; at least one step is done. */
    Progress progress() {
        double seconds = secondsBefore + (System.nanoTime() - begin) / NANOS_PER_SECOND;
        return new Progress(step, epoch, job, seconds, initialLosses, lastLosses, cursor);
    }
}
