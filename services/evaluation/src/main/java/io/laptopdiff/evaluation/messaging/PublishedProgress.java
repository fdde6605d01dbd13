package io.laptopdiff.evaluation.messaging;

import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.EvaluationProgressed;
import io.laptopdiff.evaluation.comparison.Watcher;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import java.time.Duration;
import java.time.Instant;

/**
 * Progress as events, but not more often than anyone could follow; the end of a phase is always
 * told.
 */
final class PublishedProgress implements Watcher {
    private final DistillationFinished student;
    private final JobContext job;
    private final EventPublisher events;
    private final long intervalNanos;
    private String phase = "";
    private int done = -1;
    private long publishedAt;

    PublishedProgress(
            DistillationFinished student,
            JobContext job,
            EventPublisher events,
            Duration interval) {
        this.student = student;
        this.job = job;
        this.events = events;
        this.intervalNanos = interval.toNanos();
    }

    @Override
    public boolean shouldStop() {
        return job.shouldStop();
    }

    @Override
    public void progressed(String phase, int done, int total, double secondsLeft) {
        boolean samePhase = phase.equals(this.phase);
        boolean news = !samePhase || done != this.done;
        boolean due =
                !samePhase || done == total || System.nanoTime() - publishedAt >= intervalNanos;
        if (!news || !due) {
            return;
        }
        this.phase = phase;
        this.done = done;
        publishedAt = System.nanoTime();
        events.publish(
                new EvaluationProgressed(
                        student.runId(),
                        Instant.now(),
                        student.variant(),
                        phase,
                        done,
                        total,
                        secondsLeft));
    }
}
