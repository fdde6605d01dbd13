package io.laptopdiff.standalone.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outside of Quarkus, as commands run. */
class WorkersTest {

    private static final Map<String, String> OPTIONS =
            Map.of(
                    "laptopdiff.scoring.batch-size", "2",
                    "laptopdiff.scoring.together", "3",
                    "laptopdiff.evaluation.batch-size", "5",
                    "laptopdiff.evaluation.latency-passes", "7",
                    "laptopdiff.evaluation.latency-time", "11s",
                    "laptopdiff.device", "cpu",
                    "laptopdiff.evaluation.memory", "3G");

    @AfterEach
    void forget() {
        OPTIONS.keySet().forEach(System::clearProperty);
    }

    @Test
    void shouldReadOptionsAsTheServicesDo() {
        assertThat(Workers.settings()).isEqualTo(WorkerSettings.DEFAULT);
        RunLimits machine = Workers.limits(Path.of("not/there/yet"));
        assertThat(machine.evaluationBytes()).isEqualTo(machine.memoryBytes());
        assertThat(machine.diskBytes()).isPositive();
        OPTIONS.forEach(System::setProperty);
        assertThat(Workers.settings())
                .isEqualTo(new WorkerSettings(2, 3, 5, 7, Duration.ofSeconds(11)));
        assertThat(Workers.devices().toString()).isEqualTo("cpu");
        assertThat(Workers.limits(Path.of("")).evaluationBytes()).isEqualTo(3L << 30);
        assertThat(Workers.limits(Path.of("")).scoringBytes()).isEqualTo(machine.scoringBytes());
    }
}
