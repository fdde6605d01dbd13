package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** U-Nets against diffusers' outputs, features and removal losses (METHOD, section 5). */
class GoldenUNetTest {

    @TestFactory
    Stream<DynamicNode> unets() {
        return GoldenFiles.children("unet").stream()
                .map(
                        directory ->
                                GoldenFiles.container(
                                        directory,
                                        Stream.of(
                                                        dynamicTest(
                                                                directory.getFileName()
                                                                        + "/io.safetensors",
                                                                () ->
                                                                        shouldEqualDiffusers(
                                                                                directory)),
                                                        dynamicTest(
                                                                directory.getFileName()
                                                                        + "/removal.json",
                                                                () ->
                                                                        shouldMeasureEveryRemoval(
                                                                                directory)))
                                                .filter(
                                                        test ->
                                                                exists(
                                                                        directory,
                                                                        test.getDisplayName()))));
    }

    private static boolean exists(Path directory, String name) {
        return Files.exists(directory.resolveSibling(name));
    }

    private static void shouldEqualDiffusers(Path directory) {
        with(
                directory,
                (model, io) -> {
                    UNetOutput output = io.forward(model, Set.of());
                    assertThat(GoldenFiles.relativeError(output.sample(), io.read("output")))
                            .as("output")
                            .isLessThan(1e-4);
                    Set<String> expected = new LinkedHashSet<>();
                    for (String name : io.file().tensors().keySet()) {
                        if (name.startsWith("feature.")) {
                            expected.add(name.substring("feature.".length()));
                        }
                    }
                    assertThat(output.features().keySet()).isEqualTo(expected);
                    output.features()
                            .forEach(
                                    (stage, feature) ->
                                            assertThat(
                                                            GoldenFiles.relativeError(
                                                                    feature,
                                                                    io.read("feature." + stage)))
                                                    .as(stage)
                                                    .isLessThan(1e-4));
                });
    }

    private static void shouldMeasureEveryRemoval(Path directory) {
        JsonNode golden = GoldenFiles.json(directory.resolve("removal.json"));
        with(
                directory,
                (model, io) -> {
                    assertThat(model.parameters())
                            .isEqualTo(golden.get("total_parameters").asLong());
                    assertThat(
                                    model.layout().units().stream()
                                            .map(u -> u.path() + u.kind().label() + u.parameters()))
                            .containsExactlyElementsOf(
                                    Stream.iterate(
                                                    0,
                                                    i -> i < golden.get("units").size(),
                                                    i -> i + 1)
                                            .map(golden.get("units")::get)
                                            .map(
                                                    u ->
                                                            u.get("unit").asText()
                                                                    + u.get("kind").asText()
                                                                    + u.get("parameters").asText())
                                            .toList());
                    NDArray full = io.forward(model, Set.of()).sample();
                    UNetPass pass = io.begin(model);
                    for (JsonNode unit : golden.get("units")) {
                        String path = unit.get("unit").asText();
                        pass.advanceTo(path);
                        double loss =
                                loss(
                                        full,
                                        pass.continueWithout(Set.of(path), full.getManager())
                                                .sample());
                        assertClose(loss, unit.get("output_mse").asDouble(), path);
                    }
                    for (JsonNode joint : golden.get("joint")) {
                        Set<String> removed = new LinkedHashSet<>();
                        joint.get("units").forEach(unit -> removed.add(unit.asText()));
                        double expected = joint.get("output_mse").asDouble();
                        assertClose(
                                loss(full, io.forward(model, removed).sample()),
                                expected,
                                removed.toString());
                        UNet2DConditionModel student = model.prune(removed, full.getManager());
                        assertClose(
                                loss(full, io.forward(student, Set.of()).sample()),
                                expected,
                                "pruned " + removed);
                        assertThat(student.parameters())
                                .isEqualTo(model.layout().parameters(removed));
                    }
                });
    }

    private static void assertClose(double actual, double expected, String what) {
        assertThat(Math.abs(actual - expected))
                .as(what)
                .isLessThanOrEqualTo(Math.max(1e-3 * expected, 1e-6));
    }

    private static double loss(NDArray a, NDArray b) {
        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
        }
        return sum / x.length;
    }

    private static void with(Path directory, BiConsumer<UNet2DConditionModel, GoldenInputs> test) {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model = UNet2DConditionModel.load(directory, manager);
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            test.accept(model, new GoldenInputs(file, manager));
        }
    }
}
