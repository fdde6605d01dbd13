package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.FeatureNormalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Distillation steps against PyTorch's on diffusers' U-Nets: relative error below 1e-4 for loss
 * terms and outputs, below 1e-3 (or 1e-6 absolute) for gradient norms and for losses after
 * optimizer steps.
 */
class GoldenDistillationTest {

    private static final double LOSS_TOLERANCE = 1e-4;
    private static final double STEP_TOLERANCE = 1e-3;
    private static final double ABSOLUTE = 1e-6;

    static Path golden() {
        String property = System.getProperty("golden.dir", "");
        return property.isBlank()
                ? Path.of("../libs/diffusion/src/test/resources/golden")
                : Path.of(property);
    }

    @TestFactory
    Stream<DynamicTest> steps() throws IOException {
        Path home = golden().resolve("distillation");
        if (!Files.isDirectory(home)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(home)) {
            List<Path> directories = children.filter(Files::isDirectory).sorted().toList();
            return directories.stream().flatMap(GoldenDistillationTest::tests);
        }
    }

    /**
     * A test per file; what needs a U-Net, or the other file, is left out where that is not there.
     */
    private static Stream<DynamicTest> tests(Path directory) {
        String name = "distillation/" + directory.getFileName() + "/";
        Stream.Builder<DynamicTest> tests = Stream.builder();
        if (Files.exists(directory.resolve("expected.json"))) {
            tests.add(dynamicTest(name + "expected.json", () -> checkExpected(directory)));
        }
        if (Files.exists(directory.resolve("io.safetensors"))) {
            tests.add(dynamicTest(name + "io.safetensors", () -> checkTensors(directory)));
        }
        return tests.build();
    }

    private static Path unet(Path directory) {
        return golden().resolve("unet").resolve(directory.getFileName());
    }

    private static boolean isComplete(Path directory) {
        return Stream.of("expected.json", "io.safetensors")
                        .allMatch(file -> Files.isRegularFile(directory.resolve(file)))
                && Files.isRegularFile(unet(directory).resolve("config.json"))
                && Stream.of(".safetensors", ".safetensors.index.json")
                        .anyMatch(
                                end ->
                                        Files.isRegularFile(
                                                unet(directory)
                                                        .resolve("diffusion_pytorch_model" + end)));
    }

    private static void checkExpected(Path directory) throws IOException {
        JsonNode expected =
                new ObjectMapper().readTree(directory.resolve("expected.json").toFile());
        if (Files.isRegularFile(unet(directory).resolve("config.json"))) {
            GoldenStep.requireParameters(unet(directory), expected);
        }
        if (!isComplete(directory)) {
            return;
        }
        try (GoldenStep step = GoldenStep.open(directory, unet(directory), expected)) {
            for (FeatureNormalization normalization : FeatureNormalization.values()) {
                checkTerms(step.losses(normalization), normalization, expected);
            }
            checkGradients(step.gradientNorms(), expected);
            checkSteps(step, expected.get("adamw"));
        }
    }

    private static void checkTerms(
            Losses losses, FeatureNormalization normalization, JsonNode expected) {
        String of = normalization.text();
        assertClose(losses.task(), expected.get("task").asDouble(), LOSS_TOLERANCE, of + " task");
        assertClose(
                losses.output(), expected.get("output").asDouble(), LOSS_TOLERANCE, of + " output");
        assertClose(
                losses.total(),
                expected.get("total").get(of).asDouble(),
                LOSS_TOLERANCE,
                of + " total");
        JsonNode raw = expected.get("feature_raw");
        assertThat(losses.features().stream().map(FeatureTerm::stage))
                .containsExactlyElementsOf(raw::fieldNames);
        for (FeatureTerm term : losses.features()) {
            double meanSquare = expected.get("teacher_mean_square").get(term.stage()).asDouble();
            double weight =
                    switch (normalization) {
                        case NONE -> 1;
                        case L2 -> 1 / Math.sqrt(meanSquare);
                        case SQUARED_L2 -> 1 / meanSquare;
                    };
            double rawExpected = raw.get(term.stage()).asDouble();
            assertClose(term.raw(), rawExpected, LOSS_TOLERANCE, of + " raw " + term.stage());
            assertClose(term.weight(), weight, LOSS_TOLERANCE, of + " a_i " + term.stage());
            assertClose(
                    term.normalized(),
                    weight * rawExpected,
                    LOSS_TOLERANCE,
                    of + " normalized " + term.stage());
        }
    }

    private static void checkGradients(Map<String, Double> norms, JsonNode expected) {
        JsonNode each = expected.get("gradient_norm");
        assertThat(norms.keySet()).containsExactlyInAnyOrderElementsOf(each::fieldNames);
        norms.forEach(
                (name, norm) -> assertClose(norm, each.get(name).asDouble(), STEP_TOLERANCE, name));
        double global = Math.sqrt(norms.values().stream().mapToDouble(norm -> norm * norm).sum());
        assertClose(
                global,
                expected.get("global_gradient_norm").asDouble(),
                STEP_TOLERANCE,
                "global norm");
    }

    private static void checkSteps(GoldenStep step, JsonNode adamw) {
        JsonNode losses = adamw.get("losses");
        for (int i = 0; i + 1 < losses.size(); i++) {
            double total = step.train(adamw);
            assertClose(
                    total,
                    losses.get(i).asDouble(),
                    STEP_TOLERANCE,
                    "total before step " + (i + 1));
        }
        double last = step.losses(FeatureNormalization.SQUARED_L2).total();
        assertClose(
                last,
                losses.get(losses.size() - 1).asDouble(),
                STEP_TOLERANCE,
                "total after the last step");
    }

    private static void checkTensors(Path directory) throws IOException {
        GoldenStep.checkNoising(directory, LOSS_TOLERANCE);
        if (!isComplete(directory)) {
            return;
        }
        JsonNode expected =
                new ObjectMapper().readTree(directory.resolve("expected.json").toFile());
        try (GoldenStep step = GoldenStep.open(directory, unet(directory), expected)) {
            for (int i = 0; i + 1 < expected.get("adamw").get("losses").size(); i++) {
                step.train(expected.get("adamw"));
            }
            assertThat(step.outputError("student_output_after_5_steps")).isLessThan(LOSS_TOLERANCE);
        }
    }

    private static void assertClose(double actual, double expected, double tolerance, String what) {
        assertThat(Math.abs(actual - expected))
                .as("%s: %s instead of %s", what, actual, expected)
                .isLessThanOrEqualTo(Math.max(tolerance * Math.abs(expected), ABSOLUTE));
    }
}
