package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.estimation.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {

    private final List<String> turns = new ArrayList<>();
    private final List<String> rounds = new ArrayList<>();
    private long nanos;

    /** Takes these milliseconds, one after the other, on the test's own clock. */
    private Runnable pass(String name, int... millis) {
        int[] turn = {0};
        return () -> {
            turns.add(name);
            nanos += 1_000_000L * millis[turn[0]++];
        };
    }

    private double[] medians(int warmUps, int counted, Runnable... passes) {
        return measured(warmUps, counted, passes).medianMillis();
    }

    private Latencies.Medians measured(int warmUps, int counted, Runnable... passes) {
        return new Latencies(warmUps, counted, Duration.ofSeconds(10), () -> nanos)
                .of(List.of(passes), (done, total) -> rounds.add(done + "/" + total));
    }

    @Test
    void shouldBeContentWithFewerRoundsWhereTheyTakeLong() {
        Latencies.Medians medians = measured(1, 9, pass("a", 9000, 4000, 1000, 3000, 5000, 2000));

        assertThat(medians.rounds()).isEqualTo(5);
        assertThat(medians.medianMillis()).containsExactly(3000);
        assertThat(rounds).containsExactly("1/10", "2/10", "3/10", "4/10", "5/10", "10/10");
    }

    /** An estimate of the time must count the rounds that there will be. */
    @ParameterizedTest
    @CsvSource({"100, 51", "1000, 51", "2500, 51", "3999, 51", "9000, 51", "1000, 3", "400, 20"})
    void shouldTakeAsManyRoundsAsEstimated(int millisOfARound, int most) {
        int[] millis = new int[100];
        Arrays.fill(millis, millisOfARound);
        WorkerSettings workers = new WorkerSettings(1, 1, 1, most, Duration.ofSeconds(10));
        measured(WorkerSettings.LATENCY_WARM_UPS, most, pass("a", millis));
        assertThat(workers.latencyRounds(millisOfARound / 1e3)).isEqualTo(turns.size());
    }

    @Test
    void shouldTakeTheMedianOfEachWithoutWarmUps() {
        double[] medians =
                medians(2, 3, pass("a", 900, 800, 5, 100, 7), pass("b", 900, 900, 2, 1, 60));

        assertThat(medians).containsExactly(7, 2);
    }

    @Test
    void shouldTakeTheMiddleOfAnEvenNumber() {
        assertThat(medians(0, 4, pass("a", 10, 1, 3, 2))).containsExactly(2.5);
    }

    @Test
    void shouldTakeTurnsInChangingOrderAndTellEveryRound() {
        medians(1, 3, pass("a", 1, 1, 1, 1), pass("b", 1, 1, 1, 1));

        assertThat(turns).containsExactly("b", "a", "a", "b", "b", "a", "a", "b");
        assertThat(rounds).containsExactly("1/4", "2/4", "3/4", "4/4");
    }

    @Test
    void shouldRefuseToMeasureNothing() {
        assertThatThrownBy(() -> new Latencies(1, 0, Duration.ZERO))
                .hasMessageContaining("rounds = 0");
    }
}
