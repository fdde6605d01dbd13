package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.layerscoring.scoring.InterruptedScoringException;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.JobFailedException;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** One slice of a calibration set becomes its scores. */
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
        return jobs.run(record, ScoreUnits.class, Stage.SCORING, this::score);
    }

    private void score(ScoreUnits task, JobContext job) {
        Asked asked = new Asked(task.runId(), task.occurredAt());
        if (failed.contains(asked)) {
            LOG.infof("task skipped, for its run has failed task=%s", task.taskId());
            return;
        }
        Optional<DeviceLease> lease = DeviceLease.acquire(job::shouldStop);
        if (lease.isEmpty()) {
            return;
        }
        UnitsScored scored;
        try (DeviceLease device = lease.get()) {
            scored = Reported.failures(task.id(), () -> scorer.score(task, job::shouldStop));
        } catch (InterruptedScoringException e) {
            return;
        } catch (JobFailedException e) {
            failed.add(asked);
            metrics.failed();
            throw e;
        }
        events.publish(scored);
        metrics.scored(scored);
    }

    /**
     * The tasks of one request were asked for at one instant; another request of the same run is
     * tried again.
     */
    private record Asked(String runId, Instant at) {}
}
