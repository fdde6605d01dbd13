package io.laptopdiff.diffusion.fabrication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTokenizerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    private static Map<String, byte[]> files(String encoder) throws IOException {
        return ByteTokenizer.files(
                ModelConfig.of(Path.of("text_encoder/config.json"), JSON.readTree(encoder)));
    }

    private ClipTokenizer load(String encoder) throws IOException {
        for (Map.Entry<String, byte[]> file : files(encoder).entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return ClipTokenizer.load(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2, 49408, 49406, 49407", // published before transformers 4.31
        "49406, 49407, 49408, 49406, 49407",
        "634, 635, 700, 634, 635",
        "3, 7, 600, 3, 7",
        "49406, 49407, 600, 598, 599"
    })
    void shouldBeginAndEndAsTheTextEncoderExpects(
            int bos, int eos, int vocabulary, long begin, long end) throws IOException {
        String config =
                "{\"vocab_size\": %d, \"bos_token_id\": %d, \"eos_token_id\": %d}"
                        .formatted(vocabulary, bos, eos);
        try (ClipTokenizer tokenizer = load(config)) {
            assertThat(tokenizer.beginToken()).isEqualTo(begin);
            assertThat(tokenizer.endToken()).isEqualTo(end);
            assertThat(tokenizer.vocabSize()).isEqualTo(vocabulary);
            long[] ids = tokenizer.encode("Ein Bär & 3 <b>猫</b> 🙂\n");
            assertThat(ids).hasSize(77).startsWith(begin).contains(end);
            assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < vocabulary);
        }
    }

    @Test
    void shouldOrderBytesAsClipDoes() throws IOException {
        JsonNode clip = GoldenFiles.json(GoldenFiles.root().resolve("tokenizer/vocab.json"));
        JsonNode ours = JSON.readTree(files("{\"vocab_size\": 49408}").get("vocab.json"));
        assertThat(ours.properties().stream().limit(512))
                .containsExactlyElementsOf(clip.properties().stream().limit(512).toList());
    }

    @Test
    void shouldSpellWordsByteByByte() throws IOException {
        try (ClipTokenizer tokenizer = load("{\"vocab_size\": 49408}")) {
            JsonNode ids = JSON.readTree(directory.resolve("vocab.json").toFile());
            assertThat(tokenizer.tokens("A cat"))
                    .containsExactly(
                            ids.get("a</w>").asLong(),
                            ids.get("c").asLong(),
                            ids.get("a").asLong(),
                            ids.get("t</w>").asLong());
        }
    }

    @Test
    void shouldRefuseAnEmbeddingTooSmallForAllBytes() {
        assertThatThrownBy(() -> files("{\"vocab_size\": 513}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("vocab_size")
                .hasMessageContaining("514");
    }
}
