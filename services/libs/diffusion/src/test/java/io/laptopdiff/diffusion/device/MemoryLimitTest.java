package io.laptopdiff.diffusion.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {

    private static final long FREE = 80_000_000_000L;

    private static long available(OptionalLong process, Device device) {
        return new MemoryLimit(process, Devices.of(List.of(device))).available(gpu -> FREE);
    }

    @Test
    void shouldBoundAJobOnAGpuByTheGpuAlone() {
        long expected = (long) (0.95 * FREE);
        assertThat(available(OptionalLong.empty(), Device.gpu(0))).isEqualTo(expected);
        assertThat(available(OptionalLong.of(1), Device.gpu(0))).isEqualTo(expected);
    }

    @Test
    void shouldBoundAJobOnTheCpuByWhatTheProcessMayStillTake() {
        assertThat(available(OptionalLong.of(1), Device.cpu())).isNegative();
        assertThat(available(OptionalLong.of(Long.MAX_VALUE), Device.cpu())).isGreaterThan(FREE);
        assertThat(available(OptionalLong.empty(), Device.cpu()))
                .isPositive()
                .isLessThan(new MachineMemory().total());
    }
}
