package io.laptopdiff.diffusion.fabrication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Full-size checkpoints against published shapes and parameter counts; nothing is written. */
class CheckpointPlanTest {

    private static final ShardSize TWO_GB = ShardSize.parse("2GB");

    private static CheckpointPlan plan(String model, TensorType type) {
        return CheckpointPlan.of(ConfigFiles.find(model), type, TWO_GB);
    }

    private static ModelPart part(CheckpointPlan plan, String name) {
        return plan.parts().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sdxl"})
    void shouldHoldEveryTensorOfThePublishedUNetInItsHeaders(String model) throws IOException {
        Map<String, Shape> published = new LinkedHashMap<>();
        JsonNode golden =
                GoldenFiles.json(GoldenFiles.root().resolve("full-size/" + model + ".json"));
        for (Map.Entry<String, JsonNode> tensor : golden.get("state_dict_shapes").properties()) {
            published.put(tensor.getKey(), shape(tensor.getValue()));
        }

        Map<String, Shape> planned = new LinkedHashMap<>();
        for (Shard shard : part(plan(model, TensorType.F32), "unet").shards()) {
            JsonNode header = json(shard.header());
            header.properties().stream()
                    .filter(entry -> !entry.getKey().equals("__metadata__"))
                    .forEach(
                            entry ->
                                    planned.put(
                                            entry.getKey(), shape(entry.getValue().get("shape"))));
        }

        assertThat(planned).isEqualTo(published);
    }

    private static Shape shape(JsonNode dims) {
        long[] shape = new long[dims.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dims.get(i).asLong();
        }
        return new Shape(shape);
    }

    private static JsonNode json(byte[] header) throws IOException {
        long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(length).isEqualTo(header.length - 8).matches(l -> l % 8 == 0);
        return new ObjectMapper().readTree(header, 8, header.length - 8);
    }

    @ParameterizedTest
    @CsvSource({
        "sd15, 859520964, 83653863, 123060480, ",
        "sd21, 865910724, 83653863, 340387840, ",
        "sdxl, 2567463684, 83653863, 123060480, 694659840"
    })
    void shouldHaveThePublishedNumbersOfParameters(
            String model, long unet, long vae, long text, Long text2) {
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("unet", unet);
        expected.put("vae", vae);
        expected.put("text_encoder", text);
        if (text2 != null) {
            expected.put("text_encoder_2", text2);
        }
        assertThat(plan(model, TensorType.F16).parameters()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"sd15, tokenizer, 49407", "sd21, tokenizer, 0", "sdxl, tokenizer_2, 0"})
    void shouldHaveConfigsThatFitEachOther(
            String model, String part, long padding, @TempDir Path directory) throws IOException {
        for (Map.Entry<String, byte[]> file : plan(model, TensorType.F16).smallFiles().entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        StableDiffusionPipeline.checkConfigs(directory);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory.resolve(part))) {
            assertThat(tokenizer.endToken()).isEqualTo(49407);
            assertThat(tokenizer.padToken()).isEqualTo(padding);
        }
    }

    @Test
    void shouldCutAsHuggingFaceDoes() throws IOException {
        CheckpointPlan plan = plan("sdxl", TensorType.F32);
        ModelPart unet = part(plan, "unet");

        // 10.27 GB
        assertThat(unet.shards()).hasSize(6);
        assertThat(unet.shards()).allMatch(shard -> shard.tensorBytes() <= TWO_GB.bytes());
        assertThat(unet.shards().get(1).file())
                .isEqualTo("diffusion_pytorch_model-00002-of-00006.safetensors");
        JsonNode index =
                new ObjectMapper()
                        .readTree(
                                plan.smallFiles()
                                        .get(
                                                "unet/diffusion_pytorch_model.safetensors.index.json"));
        assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(4 * 2567463684L);
        assertThat(index.get("weight_map").properties()).hasSize(unet.tensors().size());
        assertThat(part(plan, "text_encoder_2").shards().get(0).file())
                .isEqualTo("model-00001-of-00002.safetensors");
        assertThat(part(plan, "vae").shards().get(0).file())
                .isEqualTo("diffusion_pytorch_model.safetensors");
        assertThat(plan.smallFiles())
                .doesNotContainKey("vae/diffusion_pytorch_model.safetensors.index.json");
    }

    @Test
    void shouldGiveALargeTensorAFileOfItsOwn() {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        tensors.put("a", new Shape(2));
        tensors.put("b", new Shape(100));
        tensors.put("c", new Shape(2));
        assertThat(Shard.cut("model", tensors, TensorType.F32, new ShardSize(16)))
                .extracting(shard -> List.copyOf(shard.tensors().keySet()))
                .containsExactly(List.of("a"), List.of("b"), List.of("c"));
    }

    @Test
    void shouldSayWhichConfigsThereAre() {
        assertThatThrownBy(() -> ConfigFiles.find("sd3"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("sd3")
                .hasMessageContaining("[sd15, sd21, sdxl]");
    }

    @ParameterizedTest
    @CsvSource({"2GB, 2000000000", "500MiB, 524288000", "7 kb, 7000", "12B, 12"})
    void shouldReadShardSizes(String text, long bytes) {
        assertThat(ShardSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "0GB", "-1GB", "GB", "2 TB", "1.5GB"})
    void shouldRefuseWhatIsNoShardSize(String text) {
        assertThatThrownBy(() -> ShardSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
