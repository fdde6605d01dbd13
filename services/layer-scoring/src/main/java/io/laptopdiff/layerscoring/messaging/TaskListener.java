package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.contracts.Command;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.layerscoring.scoring.InterruptedScoringException;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** One slice of a calibration set becomes its scores, or the losses of sets that are asked for. */
@ApplicationScoped
class TaskListener {
    private static final Logger LOG = Logger.getLogger(TaskListener.class);

    private final Jobs jobs;
    private final SliceScorer scorer;
    private final EventPublisher events;
    private final ScoringMetrics metrics;
    // The other slices of a request would fail in the same way and report it again.
    private final Set<Asked> failed = ConcurrentHashMap.newKeySet();

    TaskListener(Jobs jobs, SliceScorer scorer, EventPublisher events, ScoringMetrics metrics) {
        this.jobs = jobs;
        this.scorer = scorer;
        this.events = events;
        this.metrics = metrics;
    }

    @Incoming("layer-scoring-tasks-in")
    CompletionStage<Void> on(Message<?> record) {
        return record.getPayload() instanceof MeasureRemovals
                ? jobs.run(record, MeasureRemovals.class, Stage.SCORING, this::measure)
                : jobs.run(record, ScoreUnits.class, Stage.SCORING, this::score);
    }

    private void score(ScoreUnits task, JobContext job) {
        work(task, job, () -> scorer.recall(task), () -> scorer.score(task, job::shouldStop))
                .ifPresent(
                        scored -> {
                            events.publish(scored);
                            metrics.scored(scored);
                        });
    }

    private void measure(MeasureRemovals task, JobContext job) {
        work(task, job, () -> scorer.recall(task), () -> scorer.measure(task, job::shouldStop))
                .ifPresent(
                        measured -> {
                            events.publish(measured);
                            metrics.measured(measured);
                        });
    }

    /**
     * Does a task's work on the device; what is known already waits for none, which may train for
     * hours.
     *
     * @return empty where the result is no longer wanted
     */
    private <T> Optional<T> work(
            Command task, JobContext job, Supplier<Optional<T>> known, Supplier<T> work) {
        Asked asked = new Asked(task.runId(), task.occurredAt());
        if (failed.contains(asked)) {
            LOG.infof("task skipped, for its run has failed task=%s", task.id());
            return Optional.empty();
        }
        try {
            Optional<T> found = known.get();
            return found.isPresent() ? found : onDevice(job, work);
        } catch (InterruptedScoringException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            failed.add(asked);
            metrics.failed();
            throw StageException.of(e, Stage.SCORING, task.id());
        }
    }

    private static <T> Optional<T> onDevice(JobContext job, Supplier<T> work) {
        Optional<DeviceLease> lease = DeviceLease.acquire(job::shouldStop);
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        try (DeviceLease device = lease.get()) {
            return Optional.of(work.get());
        }
    }

    /**
     * The tasks of one request were asked for at one instant; another request of the same run is
     * tried again.
     */
    private record Asked(String runId, Instant at) {}
}
