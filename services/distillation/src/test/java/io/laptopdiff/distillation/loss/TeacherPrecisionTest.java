package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.contracts.run.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bfloat16 teacher against PyTorch's FP32 losses and gradients on diffusers' U-Nets. */
class TeacherPrecisionTest {

    /** Relative, of the losses that the teacher has a part in. */
    private static final double LOSSES = 1e-2;

    /** Of the mean square of a feature: the square of eight bits' rounding, through many layers. */
    private static final double ROUNDING = 3e-4;

    /** Relative, of the task loss, which it has no part in. */
    private static final double SAME = 1e-4;

    /** Relative, of the whole gradient's norm. */
    private static final double GRADIENT = 1e-2;

    @ParameterizedTest
    @ValueSource(strings = {"sd15-tiny", "sdxl-tiny"})
    void shouldTeachNearlyTheSame(String model) throws IOException {
        Path directory = GoldenDistillationTest.golden().resolve("distillation").resolve(model);
        JsonNode expected =
                new ObjectMapper().readTree(directory.resolve("expected.json").toFile());
        try (GoldenStep step =
                GoldenStep.open(
                        directory,
                        GoldenDistillationTest.golden().resolve("unet").resolve(model),
                        expected,
                        Precision.BF16)) {
            Losses losses = step.losses(FeatureNormalization.SQUARED_L2);
            requireClose(losses.task(), expected.get("task"), SAME, "task");
            requireClose(losses.output(), expected.get("output"), LOSSES, "output");
            requireClose(losses.total(), expected.get("total").get("squared-l2"), LOSSES, "total");
            for (FeatureTerm term : losses.features()) {
                checkFeature(term, expected);
            }
            assertThat(losses.output())
                    .as("computed in bfloat16")
                    .isNotEqualTo((float) expected.get("output").asDouble());
            Map<String, Double> norms = step.gradientNorms();
            double global =
                    Math.sqrt(norms.values().stream().mapToDouble(norm -> norm * norm).sum());
            requireClose(global, expected.get("global_gradient_norm"), GRADIENT, "gradient");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15-tiny", "sdxl-tiny"})
    void shouldGiveFeaturesInFp32(String model) throws IOException {
        Path directory = GoldenDistillationTest.golden().resolve("distillation").resolve(model);
        JsonNode expected =
                new ObjectMapper().readTree(directory.resolve("expected.json").toFile());
        try (GoldenStep step =
                GoldenStep.open(
                        directory,
                        GoldenDistillationTest.golden().resolve("unet").resolve(model),
                        expected,
                        Precision.BF16)) {
            step.taught(
                    output -> {
                        assertThat(output.sample().getDataType()).isEqualTo(DataType.FLOAT32);
                        assertThat(output.features().values())
                                .isNotEmpty()
                                .extracting(NDArray::getDataType)
                                .containsOnly(DataType.FLOAT32);
                    });
        }
    }

    /** A stage that the student has whole has no other error than the teacher's rounding. */
    private static void checkFeature(FeatureTerm term, JsonNode expected) {
        String stage = term.stage();
        double meanSquare = expected.get("teacher_mean_square").get(stage).asDouble();
        double normalized = expected.get("feature_raw").get(stage).asDouble() / meanSquare;
        assertThat(Math.abs(term.weight() * meanSquare - 1)).as(stage).isLessThan(LOSSES);
        assertThat(Math.abs(term.normalized() - normalized))
                .as("%s: %s instead of %s", stage, term.normalized(), normalized)
                .isLessThan(LOSSES * normalized + ROUNDING);
    }

    private static void requireClose(
            double actual, JsonNode expected, double tolerance, String what) {
        assertThat(Math.abs(actual / expected.asDouble() - 1))
                .as("%s: %s instead of %s", what, actual, expected)
                .isLessThan(tolerance);
    }
}
