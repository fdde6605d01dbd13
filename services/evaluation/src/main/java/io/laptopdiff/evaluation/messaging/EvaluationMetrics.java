package io.laptopdiff.evaluation.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What this worker has done since it started. */
@ApplicationScoped
class EvaluationMetrics {
    private final Timer variants;
    private final Counter images;
    private final Counter failures;

    EvaluationMetrics(MeterRegistry registry) {
        variants =
                Timer.builder("laptopdiff.evaluation.variants")
                        .description("Variants evaluated, and how long each took")
                        .register(registry);
        images =
                Counter.builder("laptopdiff.evaluation.images")
                        .description("Images of students that were drawn and scored")
                        .register(registry);
        failures =
                Counter.builder("laptopdiff.evaluation.failures")
                        .description("Variants that could not be evaluated")
                        .register(registry);
    }

    void evaluated(int studentImages, Duration time) {
        variants.record(time);
        images.increment(studentImages);
    }

    void failed() {
        failures.increment();
    }
}
