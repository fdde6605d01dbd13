package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Runs what one record asks for, however long it takes, one job of a stage at a time. A job that
 * breaks off by a {@linkplain TransientFaults transient fault} is tried again. The record is
 * acknowledged when the job is done, has failed for good or was cancelled; it is left as it is when
 * another worker is to take it up.
 */
@ApplicationScoped
public class Jobs {
    private static final Logger LOG = Logger.getLogger(Jobs.class);
    private static final int RETRY_SECONDS = 5;

    private static final int LOOK_MILLIS = 100;

    private final EndedWork ended;
    private final Attempts attempts;
    private final HeldPartitions partitions;
    private final EventPublisher events;
    private final Duration grace;
    // Own threads: a job blocks for hours, and Vert.x complains of its workers after a minute.
    private final Map<String, ExecutorService> threads = new ConcurrentHashMap<>();
    private volatile boolean shuttingDown;

    /**
     * @param grace what jobs get to save their work when the process ends
     */
    Jobs(
            EndedWork ended,
            Attempts attempts,
            HeldPartitions partitions,
            EventPublisher events,
            @ConfigProperty(name = "laptopdiff.jobs.grace", defaultValue = "20s") Duration grace) {
        this.ended = ended;
        this.attempts = attempts;
        this.partitions = partitions;
        this.events = events;
        this.grace = grace;
    }

    /**
     * For listeners: {@code @Incoming CompletionStage<Void> on(Message<?> record)}, without
     * {@code @Blocking}. Records that carry another type of message are acknowledged and ignored.
     */
    public <M extends Message> CompletionStage<Void> run(
            org.eclipse.microprofile.reactive.messaging.Message<?> record,
            Class<M> type,
            Stage stage,
            JobHandler<M> handler) {
        return run(record, type, stage, stage.text(), handler);
    }

    /**
     * The same for a stage that has several kinds of jobs.
     *
     * @param lane jobs of one lane follow each other; those of others go on meanwhile
     */
    public <M extends Message> CompletionStage<Void> run(
            org.eclipse.microprofile.reactive.messaging.Message<?> record,
            Class<M> type,
            Stage stage,
            String lane,
            JobHandler<M> handler) {
        if (!type.isInstance(record.getPayload())) {
            return record.ack();
        }
        if (shuttingDown) {
            return CompletableFuture.completedFuture(null);
        }
        M message = type.cast(record.getPayload());
        Optional<PartitionHold> held = partitions.hold(record);
        JobContext job = new JobContext(() -> stopReason(message, held));
        return CompletableFuture.supplyAsync(
                        () -> perform(message, stage, handler, job), thread(lane))
                .handle(
                        (outcome, thrown) -> {
                            if (thrown != null) {
                                return record.nack(
                                        thrown instanceof CompletionException
                                                ? thrown.getCause()
                                                : thrown);
                            }
                            return outcome.isAcknowledged() ? record.ack() : left(message, job);
                        })
                .thenCompose(acknowledged -> acknowledged);
    }

    /**
     * Does what a message asks for, unless it has ended before.
     *
     * @throws RefusedRecordException if the record is to be kept aside
     */
    private <M extends Message> JobOutcome perform(
            M message, Stage stage, JobHandler<M> handler, JobContext job) {
        ended.await(job::shouldStop);
        // Another request under the same id is refused even then, by whoever takes requests in.
        if (!(message instanceof RunRequested) && ended.covers(message)) {
            LOG.infof("job has ended before stage=%s message=%s", stage.text(), message.id());
            return new JobOutcome.Done();
        }
        if (job.shouldStop()) {
            return JobOutcome.of(job);
        }
        LOG.infof("job started stage=%s message=%s", stage.text(), message.id());
        JobOutcome outcome = attempt(1, message, stage, handler, job);
        for (int attempt = 2; outcome instanceof JobOutcome.TryAgain again; attempt++) {
            LOG.warnf(
                    again.why(),
                    "job broke off, and is tried again stage=%s message=%s attempt=%d of=%d pause=%s",
                    stage.text(),
                    message.id(),
                    attempt,
                    attempts.most(),
                    again.pause());
            outcome =
                    rested(again.pause(), job)
                            ? attempt(attempt, message, stage, handler, job)
                            : JobOutcome.of(job);
        }
        LOG.infof(
                "job ended stage=%s message=%s outcome=%s",
                stage.text(), message.id(), outcome.getClass().getSimpleName());
        return outcome instanceof JobOutcome.Failed failed ? told(failed, job) : outcome;
    }

    /**
     * Tries once; an attempt goes on where the one before it was saved last.
     *
     * @throws RefusedRecordException if the record is to be kept aside
     */
    private <M extends Message> JobOutcome attempt(
            int attempt, M message, Stage stage, JobHandler<M> handler, JobContext job) {
        try {
            handler.handle(message, job);
            return JobOutcome.of(job);
        } catch (RefusedRecordException e) {
            LOG.warnf(
                    "record refused, and kept aside stage=%s message=%s why=%s",
                    stage.text(), message.id(), e.getMessage());
            throw e;
        } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
            if (job.stopReason().isPresent()) {
                LOG.debugf(e, "job broke off stage=%s message=%s", stage.text(), message.id());
                return JobOutcome.of(job);
            }
            Optional<Duration> pause = attempts.pauseAfter(attempt, e);
            if (pause.isPresent()) {
                return new JobOutcome.TryAgain(pause.get(), e);
            }
            LOG.errorf(e, "job failed stage=%s message=%s", stage.text(), message.id());
            return new JobOutcome.Failed(Failures.event(message, stage, e, attempts.madeUntil(e)));
        }
    }

    /** Waits, and returns false where the job is to stop meanwhile. */
    private static boolean rested(Duration pause, JobContext job) {
        long end = System.nanoTime() + pause.toNanos();
        try {
            while (!job.shouldStop() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !job.shouldStop();
    }

    /** Publishes the failure, for as long as it takes; a process that ends leaves the job. */
    private JobOutcome told(JobOutcome.Failed failed, JobContext job) {
        while (!shuttingDown) {
            try {
                events.publish(failed.failure());
                return failed;
            } catch (RuntimeException e) {
                LOG.errorf(e, "failure not published, trying again id=%s", failed.failure().id());
                pause();
            }
        }
        job.shouldStop();
        return new JobOutcome.Left(StopReason.SHUTTING_DOWN);
    }

    private CompletionStage<Void> left(Message message, JobContext job) {
        LOG.infof(
                "job left to another worker message=%s reason=%s",
                message.id(), job.stopReason().map(Enum::name).orElse("unknown"));
        return CompletableFuture.completedFuture(null);
    }

    private Optional<StopReason> stopReason(Message message, Optional<PartitionHold> held) {
        if (ended.isCancelled(message.runId())) {
            return Optional.of(StopReason.CANCELLED);
        }
        if (shuttingDown) {
            return Optional.of(StopReason.SHUTTING_DOWN);
        }
        return held.isPresent() && !partitions.stillHeld(held.get())
                ? Optional.of(StopReason.REVOKED)
                : Optional.empty();
    }

    private ExecutorService thread(String lane) {
        return threads.computeIfAbsent(
                lane,
                name ->
                        Executors.newSingleThreadExecutor(
                                task -> {
                                    Thread thread = new Thread(task, "job-" + name);
                                    thread.setDaemon(true);
                                    return thread;
                                }));
    }

    private void pause() {
        try {
            TimeUnit.SECONDS.sleep(RETRY_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Jobs get the time to save their work while the producer is still there. */
    void onStop(@Observes ShutdownEvent stop) throws InterruptedException {
        shuttingDown = true;
        threads.values().forEach(ExecutorService::shutdown);
        long deadline = System.nanoTime() + grace.toNanos();
        for (ExecutorService thread : threads.values()) {
            thread.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
