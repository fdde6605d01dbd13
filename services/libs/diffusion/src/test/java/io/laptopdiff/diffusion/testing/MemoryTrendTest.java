package io.laptopdiff.diffusion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MemoryTrendTest {

    private static final int LOOKS = 20;
    private static final long BURST = 25_000_000;

    private long bytes = 450_000_000;
    private final MemoryTrend trend = new MemoryTrend(() -> bytes);

    @Test
    void shouldTellALeakFromBursts() {
        for (int step = 0; step < LOOKS; step++) {
            look(step, step % 7 == 3 ? BURST : 0, 10_000L * step);
        }

        assertThat(trend.bytesIn(LOOKS)).isCloseTo(10_000.0 * LOOKS, within(1.0));
    }

    @Test
    void shouldFindNoTrendInABurstThatStays() {
        for (int step = 0; step < LOOKS; step++) {
            look(step, step >= LOOKS - 5 ? BURST : 0, 0);
        }

        assertThat(trend.bytesIn(LOOKS)).isZero();
    }

    /** As the C library's figures went over a training beside compilers at work. */
    @Test
    void shouldFindNoTrendInStepsThatStay() {
        for (int step = 0; step < LOOKS; step++) {
            look(step, step / 6 * BURST / 3, 0);
        }

        assertThat(trend.bytesIn(LOOKS)).isZero();
    }

    private void look(int step, long burst, long leaked) {
        long settled = bytes;
        bytes += burst + leaked;
        trend.look(step);
        bytes = settled;
    }
}
