package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Layouts of published U-Nets against diffusers' parameter counts, units and tensor shapes; no
 * weights are needed.
 */
class GoldenFullSizeTest {

    @TestFactory
    Stream<DynamicTest> fullSizeUNets() {
        return GoldenFiles.children("full-size").stream()
                .filter(file -> file.toString().endsWith(".json"))
                .map(
                        file ->
                                dynamicTest(
                                        GoldenFiles.root().relativize(file).toString(),
                                        () -> shouldLayOut(file)));
    }

    private static void shouldLayOut(Path file) {
        JsonNode golden = GoldenFiles.json(file);
        UNetLayout layout = UNetLayout.of(UNetConfig.of((ObjectNode) golden.get("config"), file));
        assertThat(layout.parameters()).isEqualTo(golden.get("total_parameters").asLong());
        List<String> units = new ArrayList<>();
        golden.get("units")
                .forEach(
                        unit ->
                                units.add(
                                        unit.get("unit").asText()
                                                + " "
                                                + unit.get("kind").asText()
                                                + " "
                                                + unit.get("parameters").asLong()));
        assertThat(
                        layout.units().stream()
                                .map(u -> u.path() + " " + u.kind().label() + " " + u.parameters()))
                .containsExactlyElementsOf(units);
        if (golden.hasNonNull("state_dict_shapes")) {
            Map<String, Shape> expected = new TreeMap<>();
            golden.get("state_dict_shapes")
                    .properties()
                    .forEach(tensor -> expected.put(tensor.getKey(), shape(tensor.getValue())));
            assertThat(new TreeMap<>(layout.tensors())).isEqualTo(expected);
        }
    }

    private static Shape shape(JsonNode sizes) {
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong();
        }
        return new Shape(shape);
    }
}
