package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps with gradient checkpointing against plain ones. */
class CheckpointedStepTest {

    private static final double TOLERANCE = 1e-5;

    @TempDir Path home;

    @Test
    void shouldMakeTheSameStepOfAPrunedStudent() throws IOException {
        compare(TinyDistillation.in(home), Map.of("minSnrGamma", 5, "gradientAccumulation", 2));
    }

    @Test
    void shouldMakeTheSameStepOfAnXlStudent() throws IOException {
        compare(TinyDistillation.xl(home, 2), Map.of("gradientClip", 0));
    }

    private void compare(TinyDistillation tiny, Map<String, ?> recipe) throws IOException {
        Map<String, Object> fields = new HashMap<>(recipe);
        fields.put("gradientSharesEverySteps", 1);
        Map<String, Object> checkpointing = new HashMap<>(fields);
        checkpointing.put("gradientCheckpointing", true);
        try (StepFixture plain = new StepFixture(tiny, fields);
                StepFixture checkpointed = new StepFixture(tiny, checkpointing)) {
            requireEqual(checkpointed.run(0), plain.run(0));
            Map<String, float[]> expected = firstMoments(plain);
            Map<String, float[]> actual = firstMoments(checkpointed);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                    (name, moment) ->
                            assertThat(relativeError(actual.get(name), moment))
                                    .as(name)
                                    .isLessThan(TOLERANCE));
        }
    }

    private static void requireEqual(TrainingStep.Report actual, TrainingStep.Report expected) {
        requireClose(actual.losses().total(), expected.losses().total(), "total");
        requireClose(actual.losses().task(), expected.losses().task(), "task");
        requireClose(actual.losses().output(), expected.losses().output(), "output");
        for (int i = 0; i < expected.losses().features().size(); i++) {
            FeatureTerm term = expected.losses().features().get(i);
            FeatureTerm same = actual.losses().features().get(i);
            assertThat(same.stage()).isEqualTo(term.stage());
            requireClose(same.raw(), term.raw(), term.stage());
            requireClose(same.weight(), term.weight(), term.stage());
        }
        requireClose(actual.gradientNorm(), expected.gradientNorm(), "gradient norm");
        assertThat(actual.gradientShares().keySet()).isEqualTo(expected.gradientShares().keySet());
        expected.gradientShares()
                .forEach(
                        (term, share) ->
                                requireClose(actual.gradientShares().get(term), share, term));
    }

    private static void requireClose(double actual, double expected, String what) {
        assertThat(actual).as(what).isCloseTo(expected, within(TOLERANCE * expected));
    }

    /** A tenth of the clipped gradients. */
    private Map<String, float[]> firstMoments(StepFixture fixture) throws IOException {
        fixture.trainee.optimizer().write(home, "optimizer");
        Map<String, float[]> moments = new HashMap<>();
        try (StateDict state =
                StateDict.readFile(home.resolve("optimizer.safetensors"), fixture.manager())) {
            for (Map.Entry<String, NDArray> tensor : state.asMap().entrySet()) {
                if (tensor.getKey().startsWith("exp_avg.")) {
                    moments.put(tensor.getKey(), tensor.getValue().toFloatArray());
                }
            }
        }
        return moments;
    }

    private static double relativeError(float[] actual, float[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        // One token alone attends to itself, whatever its key is: that gradient is 0.
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }
}
