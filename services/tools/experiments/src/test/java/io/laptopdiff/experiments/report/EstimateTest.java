package io.laptopdiff.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {
    /** Of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32, 32 / 7 under the root. */
    @Test
    void shouldGiveMeanAndSampleDeviation() {
        Estimate estimate = Estimate.of(List.of(2., 4., 4., 4., 5., 5., 7., 9.));
        assertThat(estimate.mean()).isEqualTo(5);
        assertThat(estimate.deviation()).isCloseTo(2.138089935299395, within(1e-12));
        assertThat(estimate.text(2)).isEqualTo("5.00 ± 2.14");
    }

    @Test
    void shouldClaimNoDeviationOfOneValueAndNothingOfNone() {
        assertThat(Estimate.of(List.of(0.00012)).scientific()).isEqualTo("1.20e-04");
        assertThat(Estimate.of(List.of()).text(1)).isEqualTo("–");
    }
}
