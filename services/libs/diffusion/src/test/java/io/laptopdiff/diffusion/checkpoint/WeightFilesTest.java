package io.laptopdiff.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights under the names that programs give files and tensors. */
class WeightFilesTest {

    private static final String NAME = "text_model.encoder.layers.0.mlp.fc1.weight";
    private static final Map<String, Shape> EXPECTED = Map.of(NAME, new Shape(2, 3));

    private final NDManager manager = NDManager.newBaseManager();

    @TempDir Path directory;

    @AfterEach
    void close() {
        manager.close();
    }

    private void write(String file, String tensor, float value) throws Exception {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        tensors.put(tensor, manager.ones(new Shape(2, 3)).mul(value));
        SafetensorsWriter.write(directory.resolve(file), tensors, TensorType.F32, Map.of());
    }

    private float read() {
        try (StateDict weights = StateDict.read(directory, "model", EXPECTED, manager)) {
            return weights.get(NAME).getFloat(0, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAME,
                "encoder.layers.0.mlp.fc1.weight",
                "_orig_mod." + NAME,
                "module." + NAME,
                "module._orig_mod." + NAME,
                "text_model.encoder._orig_mod.layers.0.mlp.fc1.weight"
            })
    void shouldReadNamesOfTransformers5AndOfWrappedModules(String tensor) throws Exception {
        write("model.safetensors", tensor, 2);
        assertThat(read()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "fp16", "non_ema", "ema-only"})
    void shouldReadTheOnlyVariant(String variant) throws Exception {
        write("model." + variant + ".safetensors", NAME, 3);
        assertThat(read()).isEqualTo(3);
    }

    @Test
    void shouldReadTheShardsOfAVariant() throws Exception {
        write("model.bf16-00001-of-00001.safetensors", NAME, 4);
        Files.writeString(
                directory.resolve("model.safetensors.index.bf16.json"),
                "{\"weight_map\": {\"" + NAME + "\": \"model.bf16-00001-of-00001.safetensors\"}}");
        assertThat(read()).isEqualTo(4);
    }

    @Test
    void shouldPreferThePlainWeights() throws Exception {
        write("model.fp16.safetensors", NAME, 3);
        write("model.safetensors", NAME, 5);
        assertThat(read()).isEqualTo(5);
    }

    /**
     * Where a model was saved again, in one file over shards or the other way round. Oracle:
     * diffusers 0.42 reads the shards, transformers 5 the file; diffusers removes shards before it
     * writes a file, and leaves the index.
     */
    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model, true, 4",
        "diffusion_pytorch_model, false, 5",
        "model, true, 5",
        "model, false, 5",
    })
    void shouldReadWhatTheLibraryThatWroteItReads(String name, boolean shards, float value)
            throws Exception {
        String shard = name + "-00001-of-00001.safetensors";
        write(name + ".safetensors", NAME, 5);
        if (shards) {
            write(shard, NAME, 4);
        }
        Files.writeString(
                directory.resolve(name + ".safetensors.index.json"),
                "{\"weight_map\": {\"" + NAME + "\": \"" + shard + "\"}}");
        try (StateDict weights = StateDict.read(directory, name, EXPECTED, manager)) {
            assertThat(weights.get(NAME).getFloat(0, 0)).isEqualTo(value);
        }
    }

    @Test
    void shouldNameTheChoiceOfTwoVariants() throws Exception {
        write("model.fp16.safetensors", NAME, 3);
        write("model.bf16.safetensors", NAME, 5);
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("bf16, fp16")
                .hasMessageContaining("--variant bf16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "model.bf16.safetensors"})
    void shouldSayThatAFileIsAGitLfsPointer(String file) throws Exception {
        Files.copy(
                Path.of("src/test/resources/cases/w-lfs/diffusion_pytorch_model.safetensors"),
                directory.resolve(file));
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Git LFS pointer")
                .hasMessageContaining("3438167534 bytes")
                .hasMessageContaining("git lfs pull")
                .hasMessageContaining(file);
    }

    @Test
    void shouldSayThatAConfigIsAGitLfsPointer() throws Exception {
        Files.copy(
                Path.of("src/test/resources/cases/w-lfs/diffusion_pytorch_model.safetensors"),
                directory.resolve("config.json"));
        assertThatThrownBy(() -> ModelConfig.read(directory, "config.json"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Git LFS pointer");
    }
}
