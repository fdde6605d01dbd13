package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.testing.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipModelTest {

    private static final String CONFIG =
            """
            {"model_type": "clip", "projection_dim": 6, "logit_scale_init_value": 2.6592,
             "text_config": {"hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
                             "num_attention_heads": 2, "vocab_size": 20, "max_position_embeddings": 7,
                             "hidden_act": "ACT", "eos_token_id": 19},
             "vision_config": {"hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
                               "num_attention_heads": 2, "image_size": 8, "patch_size": 4, "hidden_act": "ACT"}}""";

    private static final long[][] IDS = {{18, 1, 2, 19, 19, 19, 19}, {18, 3, 4, 5, 6, 7, 19}};

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
    void shouldGiveTheGradientOfEveryWeightWithQuickGelu() throws IOException {
        checkGradients("quick_gelu");
    }

    @Test
    void shouldGiveTheGradientOfEveryWeightWithGelu() throws IOException {
        checkGradients("gelu");
    }

    private void checkGradients(String activation) throws IOException {
        ClipModel model = random(activation);
        float[] image = normal(2 * 3 * 8 * 8);
        Gradients.check(
                model.weights(),
                step -> {
                    NDArray text = model.textEmbeds(step.create(IDS));
                    NDArray pixels = model.imageEmbeds(step.create(image, new Shape(2, 3, 8, 8)));
                    NDArray logits =
                            model.logitsPerImage(pixels, text); // contrastive loss of two pairs
                    return logits.logSoftmax(1)
                            .add(logits.logSoftmax(0))
                            .mul(step.eye(2))
                            .sum()
                            .neg();
                },
                name -> true,
                manager);
    }

    @Test
    void shouldPoolAtTheFirstEndToken() throws IOException {
        ClipTextOutput output = random("gelu").encode(manager.create(IDS));
        for (int row = 0; row < 2; row++) {
            int end = row == 0 ? 3 : 6;
            assertThat(output.pooled().get(row).toFloatArray())
                    .isEqualTo(output.lastHiddenState().get(row).get(end).toFloatArray());
        }
    }

    @Test
    void shouldNotSeeTheFuture() throws IOException {
        ClipModel model = random("gelu");
        NDArray before =
                model.encode(manager.create(new long[][] {{18, 1, 2, 3}})).lastHiddenState();
        NDArray after =
                model.encode(manager.create(new long[][] {{18, 1, 2, 9}})).lastHiddenState();
        assertThat(after.get(":, :3").toFloatArray()).isEqualTo(before.get(":, :3").toFloatArray());
        assertThat(after.toFloatArray()).isNotEqualTo(before.toFloatArray());
    }

    @Test
    void shouldLeaveOutThePositionCountersOfOlderFiles() throws IOException {
        ClipModel model = random("gelu");
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        model.weights().asMap().forEach((name, array) -> tensors.put(name, array.duplicate()));
        tensors.put("text_model.embeddings.position_ids", manager.zeros(new Shape(1, 7)));
        tensors.put("vision_model.embeddings.position_ids", manager.zeros(new Shape(1, 5)));
        StateDict.of(tensors, manager).write(directory, "model", TensorType.F32);
        assertThat(ClipModel.load(directory, manager).weights().names())
                .containsExactlyElementsOf(model.weights().names());
    }

    @Test
    void shouldTakeTheTowerThatOlderFilesSayTwice() throws IOException {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(CONFIG.replace("ACT", "gelu"));
        json.set("text_config_dict", json.get("text_config").deepCopy());
        ((ObjectNode) json.get("text_config")).put("hidden_size", 16);

        ClipConfig config = ClipConfig.of(ModelConfig.of(directory.resolve("config.json"), json));

        assertThat(config.text().encoder().hiddenSize()).isEqualTo(8);
    }

    @Test
    void shouldRefuseAnUnsupportedValueByItsFieldBeforeAnyWeightIsRead() {
        refuses(json -> text(json).put("hidden_act", "relu"), "hidden_act");
        refuses(json -> text(json).put("num_attention_heads", 3), "num_attention_heads");
        refuses(json -> json.remove("vision_config"), "vision_config");
        refuses(json -> json.put("model_type", "siglip"), "model_type");
    }

    @Test
    void shouldRefuseInputsOfAnotherSize() throws IOException {
        ClipModel model = random("gelu");
        assertThatThrownBy(() -> model.textEmbeds(manager.zeros(new Shape(1, 8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max_position_embeddings = 7");
        assertThatThrownBy(() -> model.imageEmbeds(manager.zeros(new Shape(1, 3, 9, 9))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ClipImageProcessor");
    }

    private void refuses(Consumer<ObjectNode> change, String field) {
        assertThatThrownBy(
                        () -> {
                            ObjectNode json = json("gelu");
                            change.accept(json);
                            Files.writeString(directory.resolve("config.json"), json.toString());
                            ClipModel.load(directory, manager); // there are no weights at all
                        })
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field)
                .hasMessageContaining("config.json");
    }

    private static ObjectNode text(ObjectNode json) {
        return (ObjectNode) json.get("text_config");
    }

    private ClipModel random(String activation) throws IOException {
        ObjectNode json = json(activation);
        Files.writeString(directory.resolve("config.json"), json.toString());
        ClipConfig config = ClipConfig.of(ModelConfig.of(directory, json));
        return ClipModel.of(config, StateDict.random(ClipModel.tensors(config), 5, manager));
    }

    private static ObjectNode json(String activation) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(CONFIG.replace("ACT", activation));
    }

    private static float[] normal(int count) {
        Random random = new Random(12);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
