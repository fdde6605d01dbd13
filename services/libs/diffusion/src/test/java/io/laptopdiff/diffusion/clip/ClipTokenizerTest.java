package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vocabulary small enough to merge by hand. */
class ClipTokenizerTest {

    @TempDir Path directory;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                directory.resolve("vocab.json"),
                """
                {"!": 0, "r": 1, "e": 2, "d": 3, "d</w>": 4, "re": 5, "red</w>": 6, "s</w>": 7, "!</w>": 8,
                 "<|startoftext|>": 9, "<|endoftext|>": 10}""");
        Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\nr e\nre d</w>\n");
    }

    @Test
    void shouldMergeInTheOrderOfTheFile() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            assertThat(tokenizer.tokens("Red  reds RED")).containsExactly(6, 5, 3, 7, 6);
            assertThat(tokenizer.encode("red", 5)).containsExactly(9, 6, 10, 10, 10);
        }
    }

    @Test
    void shouldCutWhatDoesNotFitAndStillEnd() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            assertThat(tokenizer.encode("red red red red", 4)).containsExactly(9, 6, 6, 10);
        }
    }

    @Test
    void shouldPadWithTheTokenOfTheSpecialTokensMap() throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"model_max_length\": 6, \"pad_token\": \"<|endoftext|>\", \"tokenizer_class\": \"CLIPTokenizer\"}");
        Files.writeString(
                directory.resolve("special_tokens_map.json"),
                "{\"pad_token\": \"!\", \"eos_token\": {\"content\": \"<|endoftext|>\", \"lstrip\": false}}");
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directory)) {
            assertThat(tokenizer.encode("red!")).containsExactly(9, 6, 0, 10, 0, 0);
        }
    }

    @Test
    void shouldNameTheFileThatIsMissingOrDoesNotFit() throws IOException {
        Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\nr x\n");
        refuses("merges.txt");
        Files.delete(directory.resolve("merges.txt"));
        refuses("merges.txt");
        Files.writeString(directory.resolve("vocab.json"), "[]");
        refuses("vocab.json");
        Files.writeString(directory.resolve("vocab.json"), "{\"<|endoftext|>\": 0}");
        Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
        refuses("<|startoftext|>");
    }

    @Test
    void shouldRefuseAnotherKindOfTokenizerByItsField() throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"T5Tokenizer\"}");
        refuses("tokenizer_class");
    }

    private void refuses(String named) {
        assertThatThrownBy(() -> ClipTokenizer.load(directory))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(named);
    }
}
