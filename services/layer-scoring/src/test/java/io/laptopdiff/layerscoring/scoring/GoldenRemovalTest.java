package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The criterion against removals measured on diffusers (METHOD, section 5). */
class GoldenRemovalTest {

    private static Path golden() {
        String property = System.getProperty("golden.dir", "");
        return property.isBlank()
                ? Path.of("../libs/diffusion/src/test/resources/golden")
                : Path.of(property);
    }

    @TestFactory
    Stream<DynamicTest> removals() throws IOException {
        Path unets = golden().resolve("unet");
        if (!Files.isDirectory(unets)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(unets)) {
            List<Path> whole = children.sorted().filter(GoldenRemovalTest::isWhole).toList();
            return whole.stream()
                    .map(
                            unet ->
                                    dynamicTest(
                                            "unet/" + unet.getFileName() + "/removal.json",
                                            () -> shouldMeasure(unet)));
        }
    }

    private static boolean isWhole(Path unet) {
        return Stream.of("config.json", "io.safetensors", "removal.json")
                        .allMatch(file -> Files.isRegularFile(unet.resolve(file)))
                && Stream.of(".safetensors", ".safetensors.index.json")
                        .anyMatch(
                                end ->
                                        Files.isRegularFile(
                                                unet.resolve(UNet2DConditionModel.WEIGHTS + end)));
    }

    private static void shouldMeasure(Path directory) throws IOException {
        JsonNode removal = new ObjectMapper().readTree(directory.resolve("removal.json").toFile());
        JsonNode units = removal.get("units");
        List<JsonNode> joint = new ArrayList<>();
        removal.path("joint").forEach(joint::add);
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model = UNet2DConditionModel.load(directory, manager);
                SafetensorsFile io = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            NDArray sample = io.read("sample", manager);
            AddedConditions added =
                    io.tensors().containsKey("time_ids")
                            ? new AddedConditions(
                                    io.read("text_embeds", manager), io.read("time_ids", manager))
                            : null;
            NDArray timestep = io.read("timestep", manager);
            NDArray text = io.read("encoder_hidden_states", manager);
            RemovalSweep removals = new RemovalSweep(model, 4, () -> {});
            double[][] losses =
                    OutputLoss.of(removals.outputs(sample, timestep, text, added, each(model)));
            assertThat(losses).hasNumberOfRows(units.size());
            for (int u = 0; u < losses.length; u++) {
                assertThat(losses[u]).hasSize((int) sample.getShape().get(0));
                assertNear(losses[u], units.get(u), units.get(u).get("unit").asText());
            }
            List<Set<String>> sets = joint.stream().map(GoldenRemovalTest::set).toList();
            double[][] together =
                    OutputLoss.of(removals.outputs(sample, timestep, text, added, sets));
            for (int s = 0; s < together.length; s++) {
                assertNear(together[s], joint.get(s), sets.get(s).toString());
            }
        }
    }

    private static List<Set<String>> each(UNet2DConditionModel model) {
        return model.layout().units().stream().map(unit -> Set.of(unit.path())).toList();
    }

    private static Set<String> set(JsonNode removal) {
        Set<String> units = new LinkedHashSet<>();
        removal.get("units").forEach(unit -> units.add(unit.asText()));
        return units;
    }

    private static void assertNear(double[] losses, JsonNode golden, String removed) {
        double expected = golden.get("output_mse").asDouble();
        double actual = Arrays.stream(losses).average().orElseThrow();
        assertThat(Math.abs(actual - expected))
                .as(removed)
                .isLessThanOrEqualTo(Math.max(1e-3 * expected, 1e-6));
    }
}
