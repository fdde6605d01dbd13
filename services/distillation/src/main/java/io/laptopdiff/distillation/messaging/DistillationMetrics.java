package io.laptopdiff.distillation.messaging;

import io.laptopdiff.contracts.DistillationProgressed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What this worker has done since it started. */
@ApplicationScoped
class DistillationMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Timer steps;
    private final Counter students;
    private final Counter failures;
    private volatile double loss = Double.NaN;

    DistillationMetrics(MeterRegistry registry) {
        steps =
                Timer.builder("laptopdiff.distillation.steps")
                        .description("Optimizer steps, and how long each took as a running average")
                        .register(registry);
        students =
                Counter.builder("laptopdiff.distillation.students")
                        .description("Students trained to their last step")
                        .register(registry);
        failures =
                Counter.builder("laptopdiff.distillation.failures")
                        .description("Students that could not be trained")
                        .register(registry);
        Gauge.builder("laptopdiff.distillation.loss", () -> loss)
                .description("Total loss of the last step's batch; NaN before the first")
                .register(registry);
    }

    void stepped(DistillationProgressed step) {
        steps.record(Duration.ofNanos(Math.round(step.secondsPerStep() * NANOS_PER_SECOND)));
        loss = step.losses().total();
    }

    void finished() {
        students.increment();
    }

    void failed() {
        failures.increment();
    }
}
