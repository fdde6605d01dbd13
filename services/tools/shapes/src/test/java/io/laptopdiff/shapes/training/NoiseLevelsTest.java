package io.laptopdiff.shapes.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against alphas_cumprod of diffusers' DDPMScheduler with SD-v1.5's betas. */
class NoiseLevelsTest {

    @Test
    void shouldBeginAndEndAsStableDiffusionDoes() {
        assertThat(Math.pow(NoiseLevels.signal(0), 2)).isCloseTo(1 - 0.00085, within(1e-12));
        assertThat(Math.pow(NoiseLevels.signal(999), 2)).isCloseTo(0.0046600, within(1e-6));
    }

    @Test
    void shouldKeepTheVariance() {
        for (int timestep = 0; timestep < NoiseLevels.COUNT; timestep += 37) {
            double variance =
                    Math.pow(NoiseLevels.signal(timestep), 2)
                            + Math.pow(NoiseLevels.noise(timestep), 2);
            assertThat(variance).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void shouldCapTheWeightOfNearlyCleanImages() {
        double ratio = 0.99915 / 0.00085; // signal to noise at timestep 0

        assertThat(NoiseLevels.weight(0)).isCloseTo(5 / ratio, within(1e-9));
        assertThat(NoiseLevels.weight(999)).isEqualTo(1);
    }
}
