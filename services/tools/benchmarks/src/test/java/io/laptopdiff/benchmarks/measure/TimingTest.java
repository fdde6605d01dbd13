package io.laptopdiff.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingTest {

    private static final long SEED = 7;

    /** Nanoseconds that only the work and what interrupts it move on. */
    private long now;

    @Test
    void shouldTellWhatACallTakes() {
        assertThat(Timing.perCall(() -> now += 1_500_000_000, () -> now)).isEqualTo(1.5);
        assertThat(Timing.perCall(() -> now += 250, () -> now)).isEqualTo(250e-9);
    }

    @Test
    void shouldCallNoMoreThanNeededWhereOneCallIsLong() {
        long[] calls = {0};
        Timing.perCall(
                () -> {
                    calls[0]++;
                    now += 100_000_000;
                },
                () -> now);
        assertThat(calls[0]).isEqualTo(4);
    }

    /** Another process takes the processor away for milliseconds, and the clock is coarse. */
    @Test
    void shouldTellItOnABusyMachineWithACoarseClock() {
        Random random = new Random(SEED);
        long tick = 100_000;
        for (int i = 0; i < 100; i++) {
            double found =
                    Timing.perCall(
                            () -> now += 10_000 + (random.nextInt(2000) == 0 ? 5_000_000 : 0),
                            () -> now / tick * tick);
            // Where every batch is interrupted, it seems to take twice as long, and never nothing.
            assertThat(found).isBetween(9e-6, 21e-6);
        }
    }
}
