package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tokenizer against the reference: every id equal. */
class GoldenTokenizerTest {

    @TestFactory
    Stream<DynamicTest> shouldEqualTheReference() {
        Path directory = GoldenFiles.root().resolve("tokenizer");
        return Stream.of("vocab.json", "merges.txt", "tokenizer_config.json", "cases.json")
                .filter(file -> Files.isRegularFile(directory.resolve(file)))
                .filter(file -> Files.isRegularFile(directory.resolve("vocab.json")))
                .filter(file -> Files.isRegularFile(directory.resolve("merges.txt")))
                .map(file -> dynamicTest("tokenizer/" + file, () -> check(directory, file)));
    }

    private static void check(Path directory, String file) {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            if (file.equals("cases.json")) {
                checkCases(tokenizer, GoldenFiles.json(directory.resolve(file)));
            } else if (file.equals("vocab.json")) {
                assertThat(tokenizer.vocabSize())
                        .isEqualTo(GoldenFiles.json(directory.resolve(file)).size());
            } else if (file.equals("tokenizer_config.json")) {
                JsonNode config = GoldenFiles.json(directory.resolve(file));
                assertThat(tokenizer.maxLength())
                        .isEqualTo(config.path("model_max_length").asInt(77));
            }
        }
    }

    private static void checkCases(ClipTokenizer tokenizer, JsonNode golden) {
        assertThat(tokenizer.vocabSize()).isEqualTo(golden.get("vocab_size").asInt());
        assertThat(tokenizer.beginToken()).isEqualTo(golden.get("bos").asLong());
        assertThat(tokenizer.endToken()).isEqualTo(golden.get("eos").asLong());
        assertThat(golden.get("cases")).isNotEmpty();
        for (JsonNode example : golden.get("cases")) {
            String text = example.get("text").asText();
            int maxLength = golden.get("max_length").asInt();
            List<Long> listed = longs(example.get("tokens"));
            // The golden files list only the first tokens of a text that is longer than any model
            // takes.
            int compared = listed.size() > maxLength ? listed.size() : Integer.MAX_VALUE;
            assertThat(boxed(tokenizer.tokens(text)).stream().limit(compared).toList())
                    .as(text)
                    .isEqualTo(listed);
            assertThat(boxed(tokenizer.encode(text, maxLength)))
                    .as("padded " + text)
                    .isEqualTo(longs(example.get("input_ids")));
        }
    }

    private static List<Long> boxed(long[] ids) {
        return java.util.Arrays.stream(ids).boxed().toList();
    }

    private static List<Long> longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asLong).toList();
    }
}
