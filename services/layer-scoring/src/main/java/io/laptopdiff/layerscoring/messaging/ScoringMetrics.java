package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What this worker has done since it started. */
@ApplicationScoped
class ScoringMetrics {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Timer slices;
    private final Counter samples;
    private final Counter removals;
    private final Counter failures;

    ScoringMetrics(MeterRegistry registry, SliceScorer scorer) {
        FunctionCounter.builder("laptopdiff.scoring.measured", scorer, SliceScorer::slicesMeasured)
                .description("Slices that models were loaded for; the others were known already")
                .register(registry);
        slices =
                Timer.builder("laptopdiff.scoring.slices")
                        .description("Slices scored, and how long each took")
                        .register(registry);
        samples =
                Counter.builder("laptopdiff.scoring.samples")
                        .description("Calibration samples that every unit was scored on")
                        .register(registry);
        removals =
                Counter.builder("laptopdiff.scoring.removals")
                        .description("Samples that sets of units were measured on")
                        .register(registry);
        failures =
                Counter.builder("laptopdiff.scoring.failures")
                        .description("Slices that could not be scored")
                        .register(registry);
    }

    void scored(UnitsScored slice) {
        slices.record(Duration.ofMillis(Math.round(slice.seconds() * MILLIS_PER_SECOND)));
        samples.increment((double) slice.units().get(0).all().count());
    }

    void measured(RemovalsMeasured slice) {
        removals.increment(slice.losses().stream().mapToLong(Moments::count).sum());
    }

    void failed() {
        failures.increment();
    }
}
