package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.golden.GoldenModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers, processors and text encoders as people have them, against transformers. */
class GoldenInputsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path INPUTS = GOLDEN.resolve("inputs");
    private static final Path CASES = Path.of("src/test/resources/cases");

    /** A token of its own, however its neighbours are written. */
    @ParameterizedTest
    @ValueSource(strings = {"tokenizer-added", "tokenizer-json"})
    void shouldGiveAddedTokensTheIdsThatTransformersGives(String layout) {
        Path directory = INPUTS.resolve(layout);
        JsonNode cases = GoldenFiles.json(directory.resolve("cases.json"));
        assertThat(cases).isNotEmpty();
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            cases.properties()
                    .forEach(
                            golden ->
                                    assertThat(tokenizer.encode(golden.getKey(), 16))
                                            .as(golden.getKey())
                                            .isEqualTo(ids(golden.getValue())));
        }
    }

    /**
     * SD-v2.x and SDXL's second tokenizer pad with "!", which transformers then takes out of texts,
     * too; and {@code special_tokens_map.json} counts only where the config has no table of tokens.
     */
    @Test
    void shouldPadAndFindThePaddingTokenAsTransformersDoes(@TempDir Path home) throws Exception {
        JsonNode layouts = GoldenFiles.json(INPUTS.resolve("tokenizer-padding.json"));
        assertThat(layouts).hasSizeGreaterThan(3);
        for (Map.Entry<String, JsonNode> layout : layouts.properties()) {
            Path directory = Files.createDirectory(home.resolve(layout.getKey()));
            for (String file : List.of("vocab.json", "merges.txt")) {
                Files.copy(GOLDEN.resolve("tokenizer").resolve(file), directory.resolve(file));
            }
            for (Map.Entry<String, JsonNode> file : layout.getValue().path("files").properties()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue().toString());
            }
            try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
                for (Map.Entry<String, JsonNode> golden :
                        layout.getValue().path("cases").properties()) {
                    assertThat(tokenizer.encode(golden.getKey(), 16))
                            .as(layout.getKey() + ": " + golden.getKey())
                            .isEqualTo(ids(golden.getValue()));
                }
            }
        }
    }

    @Test
    void shouldCountAnAddedTokenAsARowOfTheEmbedding() throws Exception {
        try (ClipTokenizer plain = ClipTokenizer.load(GOLDEN.resolve("tokenizer"));
                ClipTokenizer added = ClipTokenizer.load(INPUTS.resolve("tokenizer-added"))) {
            assertThat(added.vocabSize()).isEqualTo(plain.vocabSize() + 2);
        }
    }

    /** The case's token has the id 609, one more than its vocabulary of 609 tokens reaches. */
    @Test
    void shouldReadATokenizerThatIsOneFileWithATokenThatWasAddedToIt(@TempDir Path directory)
            throws Exception {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(CASES.resolve("t-v5").resolve(file), directory.resolve(file));
        }
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(609);
            assertThat(tokenizer.beginToken()).isEqualTo(607);
            assertThat(tokenizer.endToken()).isEqualTo(608);
            assertThat(tokenizer.tokens("<sks>")).hasSizeGreaterThan(1);
        }
        Path added = CASES.resolve("t-added/added_tokens.json");
        Files.copy(added, directory.resolve("added_tokens.json"));
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(610);
            assertThat(tokenizer.tokens("<sks>")).containsExactly(609);
        }
    }

    @Test
    void shouldRefuseTwoFilesThatGiveATokenTwoIds(@TempDir Path directory) throws Exception {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(CASES.resolve("t-v5").resolve(file), directory.resolve(file));
        }
        Files.writeString(directory.resolve("added_tokens.json"), "{\"<|endoftext|>\": 5}");
        assertThatThrownBy(() -> ClipTokenizer.load(directory))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("added_tokens.json: <|endoftext|>");
    }

    @Test
    void shouldNormalizeAsTheProcessorOfTransformers5Says(@TempDir Path directory)
            throws Exception {
        Files.copy(
                INPUTS.resolve("processor/processor_config.json"),
                directory.resolve("processor_config.json"));
        ClipConfig config = ClipConfig.read(GOLDEN.resolve("clip/clip-tiny"));
        assertThat(config.vision().imageSize()).isEqualTo(32);
        ClipImageProcessor processor = ClipImageProcessor.load(directory, config);
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> golden =
                    GoldenModel.tensors(INPUTS.resolve("processor/io.safetensors"), manager);
            NDArray pixels =
                    processor.toPixels(
                            List.of(
                                    ImageIO.read(
                                            GOLDEN.resolve("clip/preprocess/input.png").toFile())),
                            manager);
            assertThat(GoldenFiles.relativeError(pixels, golden.get("pixel_values")))
                    .isLessThan(1e-4);
        }
    }

    @Test
    void shouldReadATextEncoderAsTransformers5SavesIt() {
        Path directory = INPUTS.resolve("text-encoder-v5");
        try (NDManager manager = NDManager.newBaseManager();
                ClipTextModel model = ClipTextModel.load(directory, manager)) {
            Map<String, NDArray> golden =
                    GoldenModel.tensors(directory.resolve("io.safetensors"), manager);
            ClipTextOutput output = model.encode(golden.get("input_ids"));
            assertThat(
                            GoldenFiles.relativeError(
                                    output.lastHiddenState(), golden.get("last_hidden_state")))
                    .isLessThan(1e-4);
            assertThat(GoldenFiles.relativeError(output.pooled(), golden.get("pooled")))
                    .isLessThan(1e-4);
        }
    }

    /** A config that counts fewer layers than the file has, and a file of a whole CLIPModel. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPassOverWhatTransformersPassesOver(boolean whole, @TempDir Path directory)
            throws Exception {
        Path saved = INPUTS.resolve("text-encoder-v5");
        ObjectNode config = (ObjectNode) GoldenFiles.json(saved.resolve("config.json"));
        config.put("num_hidden_layers", 1);
        ObjectNode around = config.objectNode().put("model_type", "clip");
        around.set("text_config", config);
        Files.writeString(directory.resolve("config.json"), (whole ? around : config).toString());
        try (NDManager manager = NDManager.newBaseManager();
                StateDict file = StateDict.readFile(saved.resolve("model.safetensors"), manager)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>(file.asMap());
            if (whole) {
                tensors.put("logit_scale", manager.create(4.6f));
                tensors.put("text_projection.weight", manager.zeros(new Shape(8, 16)));
                tensors.put("vision_model.post_layernorm.bias", manager.zeros(new Shape(8)));
            }
            StateDict.of(tensors, manager).write(directory, "model", TensorType.F32);
            try (ClipTextModel model = ClipTextModel.load(directory, manager)) {
                NDArray ids =
                        GoldenModel.tensors(saved.resolve("io.safetensors"), manager)
                                .get("input_ids");
                NDArray golden =
                        GoldenModel.tensors(saved.resolve("one-layer.safetensors"), manager)
                                .get("last_hidden_state");
                assertThat(GoldenFiles.relativeError(model.encode(ids).lastHiddenState(), golden))
                        .isLessThan(1e-4);
            }
        }
    }

    private static long[] ids(JsonNode list) {
        long[] ids = new long[list.size()];
        Arrays.setAll(ids, i -> list.get(i).asLong());
        return ids;
    }
}
