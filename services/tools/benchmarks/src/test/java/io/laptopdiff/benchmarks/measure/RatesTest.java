package io.laptopdiff.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import org.junit.jupiter.api.Test;

class RatesTest {

    /**
     * Operators so small that the clock, the call and what else runs on the machine weigh more than
     * they do: a difference of two times came out as nothing here, and the rate as 5.9e14.
     */
    @Test
    void shouldNotMeasureMoreThanAProcessorCanDo() {
        try (NDManager manager = Devices.newCpuManager()) {
            for (int i = 0; i < 20; i++) {
                Rates rates = Rates.measure(manager, new int[] {4, 8, 16}, 8);
                // One thread: 8 GHz times 64 products and sums in AVX-512 are 1.0e12.
                assertThat(rates.convolution()).isBetween(1e3, 1e12);
                assertThat(rates.product()).isBetween(1e3, 1e12);
            }
        }
    }
}
