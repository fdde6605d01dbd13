package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {

    private final List<String> told = new ArrayList<>();
    private boolean stop;
    private long nanos = 7;

    private final Watcher watcher =
            new Watcher() {
                @Override
                public boolean shouldStop() {
                    return stop;
                }

                @Override
                public void progressed(String phase, int done, int total, double secondsLeft) {
                    told.add(phase + " " + done + "/" + total + " " + secondsLeft);
                }
            };

    private ProgressMeter meter() {
        Map<String, Double> costs = new LinkedHashMap<>();
        costs.put(ProgressMeter.TEACHER_IMAGES, 60.0);
        costs.put(ProgressMeter.STUDENT_IMAGES, 30.0);
        costs.put(ProgressMeter.LATENCY, 10.0);
        return new ProgressMeter(costs, watcher, () -> nanos);
    }

    @Test
    void shouldEstimateFromWhatTheCostSoFarTook() {
        ProgressMeter meter = meter();
        meter.report(ProgressMeter.TEACHER_IMAGES, 0, 8);
        nanos += 15_000_000_000L;
        meter.report(ProgressMeter.TEACHER_IMAGES, 4, 8);
        nanos += 22_500_000_000L;
        meter.report(ProgressMeter.STUDENT_IMAGES, 4, 8);
        meter.report(ProgressMeter.LATENCY, 2, 2);

        // 30 of 100 took 15 s, so the other 70 take 35 s; then 75 of 100 took 37.5 s
        assertThat(told)
                .containsExactly(
                        "teacher images 0/8 0.0",
                        "teacher images 4/8 35.0",
                        "student images 4/8 12.5",
                        "latency 2/2 0.0");
    }

    @Test
    void shouldEndTheEvaluationWhenItsWatcherSaysSo() {
        ProgressMeter meter = meter();
        stop = true;

        assertThatThrownBy(() -> meter.report(ProgressMeter.LATENCY, 1, 2))
                .isInstanceOf(EvaluationStoppedException.class);
        assertThat(told).isEmpty();
    }
}
