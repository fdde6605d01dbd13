package io.laptopdiff.distillation.messaging;

import io.laptopdiff.contracts.PrepareShard;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.ShardPrepared;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.distillation.training.PreparationJob;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Training data is encoded by all workers while a run is being scored. Nothing here fails a run:
 * whoever trains a student finds what is missing, makes it, and tells what is wrong with it.
 */
@ApplicationScoped
class PreparationListener {
    private static final Logger LOG = Logger.getLogger(PreparationListener.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    /**
     * The name of lanes of their own: a training that waits for shards must not keep them from
     * being made.
     */
    private static final String ASKING = "preparation";

    private static final String MAKING = "preparation-tasks";

    private final Jobs jobs;
    private final PreparationJob preparation;
    private final EventPublisher events;

    PreparationListener(Jobs jobs, PreparationJob preparation, EventPublisher events) {
        this.jobs = jobs;
        this.preparation = preparation;
        this.events = events;
    }

    @Incoming("distillation-scores-in")
    CompletionStage<Void> onRun(Message<?> record) {
        return jobs.run(record, ScoringStarted.class, Stage.DISTILLATION, ASKING, this::ask);
    }

    @Incoming("distillation-preparation-in")
    CompletionStage<Void> onTask(Message<?> record) {
        return jobs.run(record, PrepareShard.class, Stage.DISTILLATION, MAKING, this::make);
    }

    private void ask(ScoringStarted run, JobContext job) {
        List<PrepareShard> tasks;
        try {
            tasks = preparation.tasks(run.runId(), run.spec(), Instant.now());
        } catch (RuntimeException e) {
            LOG.warnf(e, "training data not prepared ahead run=%s", run.runId());
            return;
        }
        if (!job.shouldStop()) {
            tasks.forEach(events::publish);
            LOG.infof("shards asked for run=%s missing=%d", run.runId(), tasks.size());
        }
    }

    private void make(PrepareShard task, JobContext job) {
        Optional<DeviceLease> lease = DeviceLease.acquire(job::shouldStop);
        if (lease.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        try (DeviceLease device = lease.get()) {
            if (!preparation.prepare(task, job::shouldStop)) {
                return;
            }
        } catch (RuntimeException e) {
            LOG.warnf(e, "shard left to whoever trains on it task=%s", task.id());
            return;
        }
        double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / MILLIS_PER_SECOND;
        events.publish(
                new ShardPrepared(
                        task.runId(),
                        Instant.now(),
                        task.encoding(),
                        task.shard(),
                        task.shards(),
                        seconds));
    }
}
