package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prompts from a file: one a line, or, where its name ends with {@code .jsonl}, the {@code text} of
 * one JSON object a line. Blank lines are passed over.
 */
public final class PromptList {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private PromptList() {}

    /**
     * The prompts in the order of the file.
     *
     * @return at least one
     * @throws DatasetException naming file and line if the list is missing, empty, not UTF-8, or a
     *     line is not as it must be
     */
    public static List<String> read(Path file) {
        List<String> lines = lines(file);
        boolean json = file.getFileName().toString().endsWith(".jsonl");
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                prompts.add(json ? text(line, file + ":" + (i + 1)) : line);
            }
        }
        if (prompts.isEmpty()) {
            throw new DatasetException(
                    "The prompt list is empty: "
                            + (lines.isEmpty() ? "it has no lines" : "all its lines are blank"),
                    file + ":" + Math.max(1, lines.size()),
                    "Write one prompt on each line.");
        }
        return List.copyOf(prompts);
    }

    private static List<String> lines(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DatasetException(
                    Files.isDirectory(file)
                            ? "The prompt list is a directory, not a file"
                            : Files.exists(file)
                                    ? "The prompt list cannot be read: " + e.getMessage()
                                    : "No such prompt list",
                    file,
                    "Give a text file with one prompt a line, or a .jsonl file of captions.");
        }
        List<String> lines = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= bytes.length; i++) {
            // No byte of a longer UTF-8 character looks like a line feed.
            if (i == bytes.length ? i > begin : bytes[i] == '\n') {
                lines.add(utf8(bytes, begin, i, file, lines.size() + 1));
                begin = i + 1;
            }
        }
        if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
            lines.set(0, lines.get(0).substring(1));
        }
        return lines;
    }

    private static String utf8(byte[] bytes, int begin, int end, Path file, int line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, begin, end - begin))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DatasetException(
                    "The prompt list is not UTF-8 text", file + ":" + line, "Save it as UTF-8.");
        }
    }

    private static String text(String line, String where) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    "The line is not JSON: " + e.getOriginalMessage(),
                    where,
                    "Write one JSON object per line, such as {\"text\": \"a red circle\"}.");
        }
        JsonNode text = node.path("text");
        if (!text.isTextual() || text.textValue().isBlank()) {
            throw new DatasetException(
                    "The field 'text' is "
                            + (text.isMissingNode()
                                    ? "missing"
                                    : text.isTextual() ? "blank" : "not a string"),
                    where,
                    "Write {\"text\": \"a red circle\"}.");
        }
        return text.textValue().strip();
    }
}
