package io.laptopdiff.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted, by how estimates differ: one estimator measures its machine only once. */
class ScoringTimeTest {

    private static final String ONE_SHOT = "{\"name\": \"v\", \"ratio\": 0.5}";

    @TempDir static Path home;
    private static RunEstimator estimator;

    @BeforeAll
    static void writeMaterial() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("teacher/tokenizer"), 3);
        estimator =
                new RunEstimator(
                        Artifacts.ofFiles(), WorkerSettings.DEFAULT, Devices::newCpuManager, home);
    }

    private static RunEstimate estimate(String scoring, String variant, int steps) {
        return estimator.estimate(
                Json.read(
                        """
                        {"teacher": "%1$s/teacher", "calibration": {"dataset": "%1$s/images", "samples": 4, "slices": 2},
                         "scoring": %2$s, "variants": [%3$s],
                         "distillation": {"dataset": "%1$s/images", "steps": %4$d},
                         "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s/images", "prompts": 4}}"""
                                .formatted(home, scoring, variant, steps),
                        RunSpec.class));
    }

    private static double scoring(String scoring, String variant) {
        return estimate(scoring, variant, 100).stages().get(0).seconds();
    }

    private static double scoring(String scoring) {
        return scoring(scoring, ONE_SHOT);
    }

    private static String criteria(String... names) {
        return "{\"criteria\": [\"output-loss\", \"" + String.join("\", \"", names) + "\"]}";
    }

    private static String variant(String rest) {
        return "{\"name\": \"v\", \"ratio\": 0.5, " + rest + "}";
    }

    @Test
    void shouldCountEachCriterionForWhatItLooksAt() {
        double outputs = scoring("{}");
        assertThat(scoring(criteria("task-loss", "magnitude", "random")))
                .as("they look at the same outputs, or at none")
                .isEqualTo(outputs);
        assertThat(scoring(criteria("taylor"))).isGreaterThan(outputs);
        double[] drawn = new double[3];
        for (int i = 0; i < 3; i++) {
            drawn[i] =
                    scoring(
                            "{\"criteria\": [\"output-loss\", \"clip-score\"], \"clipScore\": {\"inferenceSteps\": "
                                    + 10 * (i + 1)
                                    + "}}");
        }
        assertLine(drawn);
    }

    /** Eight sets are measured together, so that multiples of eight are on a line. */
    @Test
    void shouldCountTheSetsOfAuditsAndCandidates() {
        double[] audits = new double[3];
        double[] candidates = new double[3];
        for (int i = 0; i < 3; i++) {
            int sets = 8 * (i + 1);
            audits[i] = scoring("{\"additivity\": {\"sets\": " + sets + "}}");
            candidates[i] = scoring("{}", variant("\"candidates\": " + sets));
        }
        assertLine(audits);
        assertLine(candidates);
        assertThat(scoring("{}", variant("\"candidates\": 4, \"randomCandidates\": 4")))
                .isEqualTo(candidates[0]);
        assertThat(scoring("{}", variant("\"measured\": true"))).isGreaterThan(scoring("{}"));
    }

    private static void assertLine(double[] seconds) {
        assertThat(seconds[0]).isGreaterThan(scoring("{}"));
        assertThat(seconds[1]).isGreaterThan(seconds[0]);
        assertThat(seconds[2] - seconds[1])
                .isCloseTo(seconds[1] - seconds[0], within(1e-9 * seconds[2]));
    }

    @Test
    void shouldCountRoundsAndCosts() {
        double oneShot = scoring("{}");
        double twoByTwo = scoring("{}", variant("\"iterative\": {\"removalsPerRound\": 2}"));
        double oneByOne = scoring("{}", variant("\"iterative\": {\"removalsPerRound\": 1}"));
        assertThat(twoByTwo).isGreaterThan(oneShot);
        assertThat(oneByOne).isGreaterThan(twoByTwo);
        assertThat(scoring("{}", variant("\"latencyRatio\": 0.3"))).isGreaterThan(oneShot);
    }

    @Test
    void shouldCountDrawnSamples() {
        assertLine(
                IntStream.of(10, 20, 30)
                        .mapToDouble(steps -> ofPrompts(steps).seconds())
                        .toArray());
        // in full precision, all parts of the pipeline beside each other
        long encoded =
                estimate("{\"precision\": \"bf16\"}", ONE_SHOT, 100).stages().get(0).memoryBytes();
        assertThat(ofPrompts(10).memoryBytes()).isGreaterThan(encoded);
    }

    private static StageEstimate ofPrompts(int steps) {
        return estimator
                .estimate(
                        Json.read(
                                """
                                {"teacher": "%1$s/teacher", "planOnly": true, "scoring": {"precision": "bf16"},
                                 "calibration": {"prompts": "%1$s/images", "samples": 4, "slices": 2,
                                                 "drawing": {"inferenceSteps": %2$d}},
                                 "variants": [%3$s],
                                 "distillation": {"dataset": "%1$s/images"},
                                 "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s/images"}}"""
                                        .formatted(home, steps, ONE_SHOT),
                                RunSpec.class))
                .stages()
                .get(0);
    }

    @Test
    void shouldCountTheStepsThatCandidatesGet() {
        String searched = variant("\"candidates\": 3");
        String recovering = variant("\"candidates\": 3, \"recoverySteps\": 50");
        double plain = estimate("{}", searched, 100).stages().get(2).seconds();
        double longer = estimate("{}", searched, 250).stages().get(2).seconds();
        double recovered = estimate("{}", recovering, 100).stages().get(2).seconds();
        assertThat(recovered).isGreaterThan(plain).isCloseTo(longer, within(1e-9 * longer));
    }

    @Test
    void shouldCountTheMemoryOfGradientsAndOfDrawing() {
        long outputs = estimate("{}", ONE_SHOT, 100).stages().get(0).memoryBytes();
        assertThat(estimate(criteria("taylor"), ONE_SHOT, 100).stages().get(0).memoryBytes())
                .isGreaterThan(outputs);
        long half =
                estimate("{\"precision\": \"bf16\"}", ONE_SHOT, 100).stages().get(0).memoryBytes();
        String drawn = "{\"precision\": \"bf16\", \"criteria\": [\"output-loss\", \"clip-score\"]}";
        assertThat(estimate(drawn, ONE_SHOT, 100).stages().get(0).memoryBytes())
                .isGreaterThan(half);
    }
}
