package io.laptopdiff.diffusion.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.testing.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoencoderKLTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path directory;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldGiveTheGradientOfEveryKindOfLayer() throws IOException {
        VaeConfig config = write(json -> {});
        AutoencoderKL model =
                AutoencoderKL.of(
                        config, StateDict.random(AutoencoderKL.tensors(config), 3, manager));
        float[] image = normal(2 * 3 * 8 * 8);
        Gradients.check(
                model.weights(),
                step -> {
                    LatentDistribution latents =
                            model.encode(step.create(image, new Shape(2, 3, 8, 8)));
                    NDArray decoded = model.decode(latents.mean());
                    return decoded.square().mean().add(latents.logvar().square().mean());
                },
                name ->
                        !name.contains("blocks.0.resnets.0")
                                && (name.endsWith("weight") || name.contains("quant")),
                manager);
    }

    @Test
    void shouldReadTheNamesOfOlderCheckpoints() throws IOException {
        VaeConfig config = write(json -> {});
        StateDict weights = StateDict.random(AutoencoderKL.tensors(config), 4, manager);
        Map<String, NDArray> older = new LinkedHashMap<>();
        weights.asMap()
                .forEach(
                        (name, array) ->
                                older.put(
                                        name.replace("attentions.0.to_q", "attentions.0.query")
                                                .replace("attentions.0.to_k", "attentions.0.key")
                                                .replace("attentions.0.to_v", "attentions.0.value")
                                                .replace(
                                                        "attentions.0.to_out.0",
                                                        "attentions.0.proj_attn"),
                                        array.duplicate()));
        StateDict.of(older, manager).write(directory, "diffusion_pytorch_model", TensorType.F32);
        AutoencoderKL model = AutoencoderKL.load(directory, manager);
        assertThat(model.weights().names()).containsExactlyElementsOf(weights.names());
        weights.asMap()
                .forEach(
                        (name, array) ->
                                assertThat(model.weights().get(name).toFloatArray())
                                        .isEqualTo(array.toFloatArray()));
    }

    @Test
    void shouldRefuseAnUnsupportedValueByItsFieldBeforeAnyWeightIsRead() {
        refuses(json -> json.put("act_fn", "gelu"), "act_fn");
        refuses(
                json ->
                        json.putArray("down_block_types")
                                .add("DownEncoderBlock2D")
                                .add("AttnDownEncoderBlock2D"),
                "down_block_types");
        refuses(json -> json.put("norm_num_groups", 3), "norm_num_groups");
        refuses(json -> json.put("mid_block_add_attention", false), "mid_block_add_attention");
        refuses(json -> json.put("scaling_factor", 0), "scaling_factor");
        refuses(json -> json.put("shift_factor", 0.1), "shift_factor");
        refuses(json -> json.putArray("sample_size").add(32).add(64), "sample_size");
    }

    @Test
    void shouldIgnoreAndListFieldsThatDiffusersHasNoParameterFor() throws IOException {
        VaeConfig config =
                write(
                        json -> {
                            json.put("decay", 0.99);
                            json.put("shift_factor", 0);
                            json.putArray("sample_size").add(64).add(64);
                        });
        assertThat(config.sampleSize()).isEqualTo(64);
        assertThat(VaeConfig.notes(directory))
                .containsExactly("vae/config.json: ignored, as diffusers ignores them: decay");
    }

    /** inputs/fields.json lists the parameters of diffusers' class. */
    @Test
    void shouldKnowEveryParameterOfDiffusersClass() {
        List<String> parameters = new ArrayList<>();
        GoldenFiles.json(Path.of("src/test/resources/golden/inputs/fields.json"))
                .get("AutoencoderKL")
                .forEach(name -> parameters.add(name.asText()));
        assertThat(parameters).hasSizeGreaterThan(15);
        assertThat(VaeConfig.KNOWN).containsAll(parameters);
    }

    private void refuses(java.util.function.Consumer<ObjectNode> change, String field) {
        assertThatThrownBy(
                        () -> {
                            write(change); // and no weights at all
                            AutoencoderKL.load(directory, manager);
                        })
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field)
                .hasMessageContaining("config.json");
    }

    private VaeConfig write(java.util.function.Consumer<ObjectNode> change) throws IOException {
        ObjectNode json =
                (ObjectNode)
                        JSON.readTree(
                                """
                                {"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [8, 12],
                                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
                                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "in_channels": 3,
                                 "out_channels": 3, "latent_channels": 2, "layers_per_block": 1,
                                 "norm_num_groups": 4, "sample_size": 8}""");
        change.accept(json);
        Files.writeString(directory.resolve("config.json"), json.toString());
        return VaeConfig.read(directory);
    }

    private static float[] normal(int count) {
        Random random = new Random(11);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
