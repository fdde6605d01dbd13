package io.laptopdiff.evaluation.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.EvaluationStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.evaluation.comparison.EvaluationStoppedException;
import io.laptopdiff.evaluation.comparison.RunReport;
import io.laptopdiff.evaluation.comparison.VariantArchive;
import io.laptopdiff.evaluation.comparison.VariantEvaluation;
import io.laptopdiff.evaluation.comparison.VariantEvaluator;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** A trained student becomes figures and pictures. */
@ApplicationScoped
class StudentListener {
    private static final Logger LOG = Logger.getLogger(StudentListener.class);

    private final Jobs jobs;
    private final VariantEvaluator evaluator;
    private final RunReport report;
    private final ArtifactStore store;
    private final EventPublisher events;
    private final EvaluationMetrics metrics;
    private final EvaluationConfig config;

    StudentListener(
            Jobs jobs,
            VariantEvaluator evaluator,
            RunReport report,
            ArtifactStore store,
            EventPublisher events,
            EvaluationMetrics metrics,
            EvaluationConfig config) {
        this.jobs = jobs;
        this.evaluator = evaluator;
        this.report = report;
        this.store = store;
        this.events = events;
        this.metrics = metrics;
        this.config = config;
    }

    @Incoming("evaluation-distillation-in")
    CompletionStage<Void> on(Message<?> record) {
        return jobs.run(record, DistillationFinished.class, Stage.EVALUATION, this::evaluate);
    }

    private void evaluate(DistillationFinished student, JobContext job) {
        try {
            Optional<VariantEvaluation> evaluation =
                    VariantArchive.of(store, student).readFor(student);
            if (evaluation.isPresent()) {
                // Whoever measured it may have died before it could say so.
                LOG.infof("evaluation is there already id=%s", student.variantId());
            } else {
                evaluation = measure(student, job);
            }
            evaluation.ifPresent(done -> publish(student, done));
        } catch (EvaluationStoppedException e) {
            LOG.infof("evaluation stopped id=%s", student.variantId());
        } catch (RuntimeException e) {
            metrics.failed();
            throw StageException.of(e, Stage.EVALUATION, student.variantId());
        }
    }

    /**
     * Measures a student once the device is free; empty if the wait for the device was given up.
     */
    private Optional<VariantEvaluation> measure(DistillationFinished student, JobContext job) {
        Optional<DeviceLease> lease = DeviceLease.acquire(job::shouldStop);
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        try (DeviceLease device = lease.get()) {
            events.publish(
                    new EvaluationStarted(
                            student.runId(),
                            Instant.now(),
                            student.variant(),
                            student.spec().evaluation().prompts()));
            long begin = System.nanoTime();
            VariantEvaluation evaluation =
                    evaluator.evaluate(
                            student,
                            new PublishedProgress(student, job, events, config.progressInterval()));
            Duration time = Duration.ofNanos(System.nanoTime() - begin);
            metrics.evaluated(evaluation.images().size(), time);
            LOG.infof(
                    "evaluated id=%s images=%d seconds=%.1f",
                    student.variantId(), evaluation.images().size(), time.toMillis() / 1e3);
            return Optional.of(evaluation);
        }
    }

    private void publish(DistillationFinished student, VariantEvaluation evaluation) {
        Map<String, String> artifacts =
                new TreeMap<>(VariantArchive.of(store, student).locations());
        artifacts.putAll(report.write(student));
        events.publish(
                new EvaluationFinished(
                        student.runId(),
                        evaluation.measuredAt(),
                        student.variant(),
                        evaluation.teacherMetrics(),
                        evaluation.studentMetrics(),
                        artifacts,
                        evaluation.declines(),
                        evaluation.gatesFailed()));
        // Only now: the figures that shut a gate are there for everyone to read.
        evaluation
                .gateFailure(artifacts.getOrDefault("report", artifacts.get("evaluation")))
                .ifPresent(
                        failure -> {
                            throw failure;
                        });
    }
}
