package io.laptopdiff.distillation.messaging;

import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.distillation.dataset.Encoding;
import io.laptopdiff.distillation.training.DistillationJob;
import io.laptopdiff.distillation.training.PreparationJob;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** A plan becomes a trained student. */
@ApplicationScoped
class PlanListener {
    private static final Logger LOG = Logger.getLogger(PlanListener.class);
    private static final int PAUSE_MILLIS = 200;

    /**
     * The longest wait for a revocation: longer than a consumer can be out of its group without
     * hearing of it.
     */
    private static final long REVOCATION_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Jobs jobs;
    private final DistillationJob distillation;
    private final PreparationJob preparation;
    private final PreparationConfig config;
    private final EventPublisher events;
    private final DistillationMetrics metrics;

    PlanListener(
            Jobs jobs,
            DistillationJob distillation,
            PreparationJob preparation,
            PreparationConfig config,
            EventPublisher events,
            DistillationMetrics metrics) {
        this.jobs = jobs;
        this.distillation = distillation;
        this.preparation = preparation;
        this.config = config;
        this.events = events;
        this.metrics = metrics;
    }

    @Incoming("distillation-plans-in")
    CompletionStage<Void> on(Message<?> record) {
        return jobs.run(record, PlanCreated.class, Stage.DISTILLATION, this::distil);
    }

    private void distil(PlanCreated plan, JobContext job) throws InterruptedException {
        if (plan.spec().planOnly()) {
            return;
        }
        Optional<DistillationFinished> finished;
        try {
            finished = distillation.finished(plan);
            if (finished.isEmpty()) {
                finished = train(plan, job);
            }
        } catch (RuntimeException e) {
            metrics.failed();
            throw StageException.of(e, Stage.DISTILLATION, "variant " + plan.variantId());
        }
        if (finished.isPresent()) {
            publish(finished.get(), job);
        } else {
            awaitRevocation(plan, job);
        }
    }

    private Optional<DistillationFinished> train(PlanCreated plan, JobContext job)
            throws InterruptedException {
        Encoding data = distillation.data(plan);
        // Without the device, which the others need to get on.
        preparation.await(data, plan.runId(), config.patience(), job::shouldStop);
        Optional<DeviceLease> lease = DeviceLease.acquire(job::shouldStop);
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        try (DeviceLease device = lease.get()) {
            Optional<DistillationFinished> finished =
                    distillation.run(
                            plan,
                            data,
                            new ProgressStream(this::send, System::nanoTime).andThen(this::measure),
                            new JobInterruption(job));
            finished.ifPresent(student -> metrics.finished());
            return finished;
        }
    }

    private void measure(VariantEvent event) {
        if (event instanceof DistillationProgressed step) {
            metrics.stepped(step);
        }
    }

    /** A training does not wait for Kafka, nor fail with it: the next event says more anyway. */
    private void send(VariantEvent event) {
        events.send(event)
                .subscribe()
                .with(
                        sent -> {},
                        failure -> LOG.warnf(failure, "event not published id=%s", event.id()));
    }

    /**
     * The student is there and will not be lost, so publishing is tried for as long as it takes.
     */
    private void publish(DistillationFinished finished, JobContext job)
            throws InterruptedException {
        while (!job.shouldStop()) {
            try {
                events.publish(finished);
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "result not published, trying again id=%s", finished.id());
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /**
     * Waits until the consumer hears that it lost the partition, since another worker may have
     * taken up the plan before that. The record must not be acknowledged here: it is that worker's
     * now.
     */
    private static void awaitRevocation(PlanCreated plan, JobContext job)
            throws InterruptedException {
        long deadline = System.nanoTime() + REVOCATION_NANOS;
        while (!job.shouldStop()) {
            if (System.nanoTime() > deadline) {
                LOG.warnf("replaced, but not revoked; left to the other worker plan=%s", plan.id());
                job.leave();
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
