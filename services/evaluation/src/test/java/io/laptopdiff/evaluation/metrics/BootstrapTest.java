package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final double[] TEACHER = {10, 12, 9, 14, 20};
    private static final double[] STUDENT = {9, 12.5, 6, 13, 11};

    private static Bootstrap of(int images, int draws) {
        List<String> captions = IntStream.range(0, images).mapToObj(i -> "caption " + i).toList();
        return new Bootstrap(captions, draws, 1);
    }

    /** Of all 5^5 draws of five prompts, the exact bootstrap, sorted. */
    private static double[] every(ToDoubleFunction<int[]> statistic) {
        return IntStream.range(0, 3125)
                .mapToDouble(
                        code ->
                                statistic.applyAsDouble(
                                        new int[] {
                                            code % 5,
                                            code / 5 % 5,
                                            code / 25 % 5,
                                            code / 125 % 5,
                                            code / 625
                                        }))
                .sorted()
                .toArray();
    }

    private static double sum(double[] values, int[] drawn) {
        return Arrays.stream(drawn).mapToDouble(i -> values[i]).sum();
    }

    @Test
    void shouldGiveTheIntervalOfAllDrawsOfAMean() {
        double[] all = every(drawn -> sum(TEACHER, drawn) / 5);

        Score score = of(5, 100_000).mean(TEACHER);

        assertThat(score.mean()).isEqualTo(13);
        assertThat(score.low()).isCloseTo(all[78], within(0.11)); // 2.5 % of 3125, one step of 1/5
        assertThat(score.high()).isCloseTo(all[3046], within(0.21));
    }

    @Test
    void shouldGiveTheIntervalOfAllPairedDrawsOfADecline() {
        double[] all = every(drawn -> (1 - sum(STUDENT, drawn) / sum(TEACHER, drawn)) * 100);

        Decline decline = of(5, 100_000).decline(TEACHER, STUDENT).orElseThrow();

        assertThat(decline.percent()).isCloseTo((65 - 51.5) / 65 * 100, within(1e-9));
        assertThat(decline.low()).isCloseTo(all[78], within(0.5));
        assertThat(decline.high()).isCloseTo(all[3046], within(0.5));
    }

    @Test
    void shouldKnowADeclineExactlyThatIsTheSameForEveryPrompt() {
        double[] student = Arrays.stream(TEACHER).map(score -> 0.9 * score).toArray();

        Decline decline = of(5, 200).decline(TEACHER, student).orElseThrow();

        assertThat(decline.percent()).isCloseTo(10, within(1e-9));
        assertThat(decline.low()).isCloseTo(10, within(1e-9));
        assertThat(decline.high()).isCloseTo(10, within(1e-9));
    }

    @Test
    void shouldComeNearTheNormalIntervalWherePromptsAreMany() {
        Random random = new Random(2);
        double[] values =
                IntStream.range(0, 1000).mapToDouble(i -> 30 + 4 * random.nextGaussian()).toArray();

        Score score = of(1000, 4000).mean(values);

        // 1.96 standard errors of 4 / sqrt(1000)
        assertThat(score.high() - score.low()).isCloseTo(2 * 1.96 * 0.1265, within(0.03));
    }

    @Test
    void shouldNotTakeImagesOfOnePromptForSeveralPrompts() {
        double[] values = {1, 1, 1, 3, 3, 3};
        List<String> captions = List.of("a", "a", "a", "b", "b", "b");

        Score score = new Bootstrap(captions, 1000, 3).mean(values);

        // a quarter of all draws of two prompts takes the first twice
        assertThat(score).isEqualTo(new Score(2, 1, 3));
    }

    @Test
    void shouldNotTellADeclineOfNothing() {
        assertThat(of(2, 10).decline(new double[] {0, 0}, new double[] {1, 1})).isEmpty();
        assertThat(of(2, 10).decline(new double[] {-1, 0}, new double[] {1, 1})).isEmpty();
    }
}
