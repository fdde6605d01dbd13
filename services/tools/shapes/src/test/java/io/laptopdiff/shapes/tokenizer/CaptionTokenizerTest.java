package io.laptopdiff.shapes.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionTokenizerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LENGTH = 24;
    private static final int BYTES = 256;

    @TempDir Path home;
    private Path directory;
    private JsonNode vocabulary;
    private ClipTokenizer tokenizer;

    @BeforeEach
    void write() throws IOException {
        directory = home.resolve("tokenizer");
        CaptionTokenizer.write(directory, LENGTH);
        vocabulary = JSON.readTree(directory.resolve("vocab.json").toFile());
        tokenizer = ClipTokenizer.load(directory);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void shouldGiveEveryWordOfTheCaptionsOneToken() {
        for (String word : CaptionTokenizer.words()) {
            assertThat(tokenizer.tokens(word)).as(word).containsExactly(id(word + "</w>"));
        }
    }

    @Test
    void shouldEncodeACaptionAsItsWordsBetweenStartAndEnd() {
        for (int index = 0; index < 100; index++) {
            String caption = ShapesDataset.training(1).get(index).scene().caption();
            List<Long> expected = new ArrayList<>(List.of(id("<|startoftext|>")));
            for (String word : caption.split(" ")) {
                expected.add(id(word + "</w>"));
            }
            while (expected.size() < LENGTH) {
                expected.add(id("<|endoftext|>"));
            }

            assertThat(tokenizer.encode(caption))
                    .as(caption)
                    .containsExactly(expected.toArray(Long[]::new));
        }
    }

    /**
     * Up to the words, the order of ids is that of every CLIP; the golden tokenizer has it from
     * transformers.
     */
    @Test
    void shouldLayTheVocabularyOutAsClipDoes() throws IOException {
        JsonNode golden;
        try (InputStream stream =
                CaptionTokenizerTest.class.getResourceAsStream("/golden/tokenizer/vocab.json")) {
            golden = JSON.readTree(stream);
        }
        List<String> clip = new ArrayList<>();
        golden.properties()
                .forEach(
                        entry -> {
                            if (entry.getValue().asInt() < 2 * BYTES) {
                                clip.add(entry.getKey());
                            }
                        });

        assertThat(clip)
                .hasSize(2 * BYTES)
                .allSatisfy(token -> assertThat(id(token)).isEqualTo(golden.get(token).asLong()));
        assertThat(id("<|startoftext|>")).isEqualTo(vocabulary.size() - 2);
        assertThat(id("<|endoftext|>")).isEqualTo(vocabulary.size() - 1);
        assertThat(CaptionTokenizer.size())
                .isEqualTo(vocabulary.size())
                .isEqualTo(tokenizer.vocabSize());
    }

    @Test
    void shouldCutUnknownWordsIntoPiecesOfTheirBytes() {
        assertThat(tokenizer.tokens("zzq")).containsExactly(id("z"), id("z"), id("q</w>"));
        assertThat(tokenizer.tokens("é")).containsExactly(id("Ã"), id("©</w>")); // bytes C3 A9
    }

    @Test
    void shouldFoldCase() {
        assertThat(tokenizer.encode("A Large RED Circle"))
                .isEqualTo(tokenizer.encode("a large red circle"));
    }

    @Test
    void shouldFitTheLongestCaptionIntoTheTextEncoder() throws IOException {
        JsonNode text;
        String config = "/io/laptopdiff/shapes/layout/shapes/text_encoder/config.json";
        try (InputStream stream = CaptionTokenizerTest.class.getResourceAsStream(config)) {
            text = JSON.readTree(stream);
        }
        int positions = text.get("max_position_embeddings").asInt();
        int longest = 0;
        for (int index = 0; index < 200; index++) {
            longest =
                    Math.max(
                            longest,
                            tokenizer.tokens(ShapesDataset.training(2).get(index).scene().caption())
                                    .length);
        }

        assertThat(longest)
                .isEqualTo(14); // a large red star left of a small blue square on a gray background
        assertThat(longest + 2).isLessThanOrEqualTo(positions);
        assertThat(tokenizer.maxLength()).isEqualTo(LENGTH).isEqualTo(positions);
    }

    @Test
    void shouldWriteTheSameFilesAgain() throws IOException {
        Path again = home.resolve("again");
        CaptionTokenizer.write(again, LENGTH);

        for (String file :
                List.of(
                        "vocab.json",
                        "merges.txt",
                        "special_tokens_map.json",
                        "tokenizer_config.json")) {
            assertThat(again.resolve(file)).hasSameBinaryContentAs(directory.resolve(file));
        }
        assertThat(Files.readAllLines(again.resolve("merges.txt")))
                .first()
                .isEqualTo("#version: 0.2");
    }

    private long id(String token) {
        assertThat(vocabulary.has(token)).as("token %s", token).isTrue();
        return vocabulary.get(token).asLong();
    }
}
