package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.golden.GoldenModel;
import io.laptopdiff.diffusion.golden.GoldenModel.Check;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * CLIP's towers against transformers' hidden states and embeddings: relative L2 error below 1e-4.
 */
class GoldenClipTest {

    private static final double TOLERANCE = 1e-4;

    @TestFactory
    Stream<DynamicNode> shouldEqualTransformers() {
        return GoldenModel.tests(
                "clip",
                new Check(
                        "config.json",
                        (directory, manager) -> kind(directory).readConfig(directory)),
                new Check(
                        "model.safetensors",
                        (directory, manager) -> kind(directory).run(directory, manager, Map.of())),
                new Check("io.safetensors", GoldenClipTest::shouldEqual));
    }

    private static void shouldEqual(Path directory, NDManager manager) {
        Map<String, NDArray> io = GoldenModel.tensors(directory.resolve("io.safetensors"), manager);
        Map<String, NDArray> outputs = kind(directory).run(directory, manager, io);
        assertThat(outputs).isNotEmpty();
        outputs.forEach(
                (name, actual) -> {
                    if (io.containsKey(name)) {
                        assertThat(GoldenFiles.relativeError(actual, io.get(name)))
                                .as(name)
                                .isLessThan(TOLERANCE);
                    }
                });
        Set<String> inputs = Set.of("input_ids", "pixel_values");
        assertThat(io.keySet())
                .filteredOn(name -> !inputs.contains(name) && !name.equals("text_embeds"))
                .isSubsetOf(outputs.keySet());
    }

    private static Kind kind(Path directory) {
        JsonNode config = GoldenFiles.json(directory.resolve("config.json"));
        String usual = config.has("text_config") ? "CLIPModel" : "CLIPTextModel";
        return Kind.valueOf(config.path("architectures").path(0).asText(usual));
    }

    /** The classes of transformers whose golden files there are. */
    private enum Kind {
        CLIPModel {
            @Override
            void readConfig(Path directory) {
                ClipConfig.read(directory);
            }

            @Override
            Map<String, NDArray> run(Path directory, NDManager manager, Map<String, NDArray> io) {
                ClipModel model = ClipModel.load(directory, manager);
                Map<String, NDArray> outputs = new LinkedHashMap<>();
                if (io.containsKey("input_ids")) {
                    put(outputs, model.encode(io.get("input_ids")));
                    outputs.put("text_embeds", model.textEmbeds(io.get("input_ids")));
                }
                if (io.containsKey("pixel_values")) {
                    outputs.put("image_embeds", model.imageEmbeds(io.get("pixel_values")));
                }
                if (outputs.containsKey("text_embeds") && outputs.containsKey("image_embeds")) {
                    outputs.put(
                            "logits_per_image",
                            model.logitsPerImage(
                                    outputs.get("image_embeds"), outputs.get("text_embeds")));
                }
                return outputs;
            }
        },
        CLIPTextModel {
            @Override
            void readConfig(Path directory) {
                ClipTextConfig.read(directory);
            }

            @Override
            Map<String, NDArray> run(Path directory, NDManager manager, Map<String, NDArray> io) {
                ClipTextModel model = ClipTextModel.load(directory, manager);
                Map<String, NDArray> outputs = new LinkedHashMap<>();
                if (io.containsKey("input_ids")) {
                    put(outputs, model.encode(io.get("input_ids")));
                }
                return outputs;
            }
        },
        CLIPTextModelWithProjection {
            @Override
            void readConfig(Path directory) {
                ClipTextConfig.read(directory);
            }

            @Override
            Map<String, NDArray> run(Path directory, NDManager manager, Map<String, NDArray> io) {
                ClipTextModelWithProjection model =
                        ClipTextModelWithProjection.load(directory, manager);
                Map<String, NDArray> outputs = new LinkedHashMap<>();
                if (io.containsKey("input_ids")) {
                    ClipTextOutput output = model.encode(io.get("input_ids"));
                    put(outputs, output);
                    outputs.put("text_embeds", model.textEmbeds(output));
                }
                return outputs;
            }
        };

        abstract void readConfig(Path directory);

        abstract Map<String, NDArray> run(
                Path directory, NDManager manager, Map<String, NDArray> io);

        private static void put(Map<String, NDArray> outputs, ClipTextOutput output) {
            outputs.put("last_hidden_state", output.lastHiddenState());
            outputs.put("penultimate_hidden_state", output.penultimateHiddenState());
            outputs.put("pooled", output.pooled());
        }
    }
}
