package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
