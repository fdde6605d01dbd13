package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationDrawsTest {

    @Test
    void shouldDrawTheSameSampleWhateverTheSlice() {
        List<CalibrationDraw> whole = new CalibrationDraws(7, 100, 1000).draws(0, 64);
        assertThat(new CalibrationDraws(7, 100, 1000).draws(40, 50))
                .isEqualTo(whole.subList(40, 50));
    }

    /** Written down on 2026-11-23: runs are compared across machines and releases. */
    @Test
    void shouldNeverChangeWhatASeedMeans() {
        CalibrationDraw draw = new CalibrationDraws(0, 10, 1000).draw(3);
        assertThat(List.of(draw.image(), draw.timestep())).isEqualTo(List.of(6, 34));
        assertThat(draw.noise(2)).containsExactly(-0.31166834f, 0.5306315f);
    }

    @Test
    void shouldShowEveryImageOnceBeforeAnyTwice() {
        List<CalibrationDraw> draws = new CalibrationDraws(3, 16, 1000).draws(0, 32);
        assertThat(draws.subList(0, 16).stream().map(CalibrationDraw::image).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 16).boxed().toList());
        assertThat(draws.get(20).image()).isEqualTo(draws.get(4).image());
    }

    /** A mean of n uniform numbers strays by 1/sqrt(12 n); five of these are allowed. */
    @Test
    void shouldSpreadTimestepsAndNoiseEvenly() {
        List<CalibrationDraw> draws = new CalibrationDraws(1, 5, 1000).draws(0, 4096);
        double mean = draws.stream().mapToInt(CalibrationDraw::timestep).average().orElseThrow();
        assertThat(mean).isCloseTo(499.5, within(5 * 1000 / Math.sqrt(12 * 4096)));
        float[] noise = draws.get(0).noise(4096);
        double sum = 0;
        double squares = 0;
        for (float each : noise) {
            sum += each;
            squares += each * each;
        }
        assertThat(sum / 4096).isCloseTo(0, within(5 / 64.0));
        assertThat(squares / 4096).isCloseTo(1, within(5 * Math.sqrt(2) / 64));
    }

    @Test
    void shouldGiveOtherSamplesForAnotherSeed() {
        assertThat(new CalibrationDraws(1, 50, 1000).draws(0, 8))
                .isNotEqualTo(new CalibrationDraws(2, 50, 1000).draws(0, 8));
    }

    @Test
    void shouldRefuseAnEmptyDataSet() {
        assertThatThrownBy(() -> new CalibrationDraws(0, 0, 1000))
                .hasMessageContaining("images = 0");
    }
}
