package io.laptopdiff.diffusion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTrendTest {

    private static final int MEGABYTE = 1 << 20;
    private static final int LOOKS = 20;

    private final MemoryTrend trend = new MemoryTrend();
    private final List<ByteBuffer> held = new ArrayList<>();

    @Test
    void shouldTellALeakFromAnotherThreadsBurst() {
        for (int step = 0; step < LOOKS; step++) {
            held.add(touched(2 * MEGABYTE));
            if (step == LOOKS - 1) {
                held.add(touched(64 * MEGABYTE));
            }
            trend.look(step);
        }

        assertThat(trend.bytesIn(LOOKS) / MEGABYTE).isCloseTo(2.0 * LOOKS, within(10.0));
        assertThat(held).hasSize(LOOKS + 1);
    }

    @Test
    void shouldFindNoTrendInABurst() {
        for (int step = 0; step < LOOKS; step++) {
            if (step == LOOKS - 1) {
                held.add(touched(64 * MEGABYTE));
            }
            trend.look(step);
        }

        assertThat(trend.bytesIn(LOOKS) / MEGABYTE).isCloseTo(0, within(10.0));
        assertThat(held).hasSize(1);
    }

    private static ByteBuffer touched(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) 1);
        while (memory.hasRemaining()) {
            memory.put(page);
        }
        return memory;
    }
}
