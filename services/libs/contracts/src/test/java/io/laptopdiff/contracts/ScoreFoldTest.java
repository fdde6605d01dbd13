package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreFoldTest {
    @Test
    void shouldGiveTheSameBitsInAnyOrderAndWithRepeats() {
        Random random = new Random(5);
        List<UnitsScored> slices = new ArrayList<>();
        for (int s = 0; s < 6; s++) {
            slices.add(Samples.slice(s, 6, random.nextDouble(), 1e9 * random.nextDouble()));
        }
        List<UnitScore> inOrder = fold(slices).scores();
        for (int trial = 0; trial < 20; trial++) {
            List<UnitsScored> arrived = new ArrayList<>(slices);
            arrived.addAll(slices.subList(0, trial % 6));
            Collections.shuffle(arrived, random);
            assertThat(fold(arrived).scores()).isEqualTo(inOrder);
        }
    }

    @Test
    void shouldGiveTheMeanAndStandardErrorOfAllSamples() {
        double[] values = {1, 2, 4, 8, 16, 32};
        ScoreFold fold =
                fold(List.of(Samples.slice(0, 2, 1, 2, 4), Samples.slice(1, 2, 8, 16, 32)));
        double mean = Arrays.stream(values).average().orElseThrow();
        // Textbook two-pass formula, not the one under test.
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        UnitScore score = fold.scores().get(0);
        assertThat(score.all().mean()).hasValue(mean);
        assertThat(score.all().standardError().orElseThrow())
                .isCloseTo(Math.sqrt(squares / 5 / 6), within(1e-12));
        assertThat(score.quartiles().get(1).sum()).isEqualTo(2 + 16);
        assertThat(score.quartiles().get(3)).isEqualTo(Moments.NONE);
    }

    @Test
    void shouldBeCompleteOnlyWithEverySlice() {
        assertThat(ScoreFold.EMPTY.complete()).isFalse();
        ScoreFold half = fold(List.of(Samples.slice(1, 2, 1), Samples.slice(1, 2, 1)));
        assertThat(half.complete()).isFalse();
        assertThat(half.with(Samples.slice(0, 2, 1)).complete()).isTrue();
    }

    @Test
    void shouldSayNothingAboutTheErrorOfOneSample() {
        assertThat(Moments.NONE.plus(3).standardError()).isEmpty();
        assertThat(Moments.NONE.mean()).isEmpty();
    }

    @Test
    void shouldRefuseASliceOfAnotherCut() {
        ScoreFold fold = fold(List.of(Samples.slice(0, 2, 1)));
        assertThatThrownBy(() -> fold.with(Samples.slice(1, 3, 1)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("field 'slices' is 3");
    }

    @Test
    void shouldComeBackFromJson() {
        ScoreFold fold = fold(List.of(Samples.slice(0, 2, 1), Samples.slice(1, 2, 2)));
        assertThat(Json.read(Json.write(fold), ScoreFold.class)).isEqualTo(fold);
    }

    @Test
    void shouldCutTheTimestepsIntoQuarters() {
        assertThat(UnitScore.quartileOf(0, 1000)).isZero();
        assertThat(UnitScore.quartileOf(249, 1000)).isZero();
        assertThat(UnitScore.quartileOf(250, 1000)).isEqualTo(1);
        assertThat(UnitScore.quartileOf(999, 1000)).isEqualTo(3);
    }

    private static ScoreFold fold(List<UnitsScored> slices) {
        ScoreFold fold = ScoreFold.EMPTY;
        for (UnitsScored slice : slices) {
            fold = fold.with(slice);
        }
        return fold;
    }
}
