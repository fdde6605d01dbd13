package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchDrawsTest {

    private static BatchDraws draws(long seed) {
        return new BatchDraws(seed, 7, 3, 1000, 0.25);
    }

    @Test
    void shouldDependOnSeedAndStepAloneWhateverWasDrawnBefore() {
        BatchDraws fromTheStart = draws(1);
        List<List<SampleDraw>> steps = IntStream.range(0, 20).mapToObj(fromTheStart::at).toList();
        for (int step = 19; step >= 0; step--) {
            assertThat(draws(1).at(step)).isEqualTo(steps.get(step));
        }
        assertThat(fromTheStart.at(3)).isEqualTo(steps.get(3));
        assertThat(draws(2).at(3)).isNotEqualTo(steps.get(3));
    }

    @Test
    void shouldShowEveryImageOnceBeforeAnyTwice() {
        List<Integer> images =
                IntStream.range(0, 14)
                        .boxed()
                        .flatMap(step -> draws(1).at(step).stream())
                        .map(SampleDraw::image)
                        .toList();
        for (int round = 0; round < 6; round++) {
            assertThat(images.subList(7 * round, 7 * round + 7))
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
        }
        assertThat(images.subList(0, 7)).isNotEqualTo(images.subList(7, 14));
    }

    @Test
    void shouldLeaveOutTheAskedShareOfCaptionsAndSpreadTimesteps() {
        List<SampleDraw> many =
                IntStream.range(0, 4000)
                        .boxed()
                        .flatMap(step -> draws(1).at(step).stream())
                        .toList();
        double captioned =
                many.stream().filter(SampleDraw::captioned).count() / (double) many.size();
        // Five standard errors of 12000 draws.
        assertThat(captioned).isCloseTo(0.75, within(0.02));
        assertThat(many)
                .extracting(SampleDraw::timestep)
                .allSatisfy(t -> assertThat(t).isBetween(0, 999));
        assertThat(many.stream().mapToInt(SampleDraw::timestep).average().orElseThrow())
                .isCloseTo(499.5, within(14.0));
        assertThat(new BatchDraws(1, 1, 50, 10, 1).at(0)).noneMatch(SampleDraw::captioned);
        assertThat(new BatchDraws(1, 1, 50, 10, 0).at(0)).allMatch(SampleDraw::captioned);
    }

    @Test
    void shouldGiveEachSampleNoiseOfItsOwn() {
        float[] one = draws(1).at(0).get(0).gaussians(2000);
        assertThat(one).isEqualTo(draws(1).at(0).get(0).gaussians(2000));
        assertThat(one).isNotEqualTo(draws(1).at(0).get(1).gaussians(2000));
        double mean = 0;
        double square = 0;
        for (float value : one) {
            mean += value / one.length;
            square += value * value / one.length;
        }
        assertThat(mean).isCloseTo(0, within(0.08));
        assertThat(square).isCloseTo(1, within(0.12));
    }
}
