package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.LfsPointer;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The tokens that a CLIP tokenizer's directory names: {@code vocab.json} and {@code merges.txt}, or
 * {@code tokenizer.json} alone, as transformers 5 saves it; and the tokens that were added to them.
 *
 * @param source that the vocabulary was read from, for messages
 * @param vocabulary token to id
 * @param merges two tokens with a blank between them, in their order
 * @param added tokens beyond the vocabulary, by their id
 */
record TokenizerFiles(
        Path source, ObjectNode vocabulary, List<String> merges, List<AddedToken> added) {

    private static final String WHOLE = "tokenizer.json";
    private static final String VOCABULARY = "vocab.json";
    private static final String ADDED = "added_tokens.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads a tokenizer directory.
     *
     * @param config {@code tokenizer_config.json}, or null where there is none
     * @throws CheckpointException if a file is missing or damaged, or is not of a CLIP tokenizer
     */
    static TokenizerFiles read(Path directory, ModelConfig config) {
        boolean whole = Files.isRegularFile(directory.resolve(WHOLE));
        boolean apart = Files.isRegularFile(directory.resolve(VOCABULARY));
        Path source = directory.resolve(whole && !apart ? WHOLE : VOCABULARY);
        ModelConfig json = whole ? ModelConfig.read(directory, WHOLE) : null;
        ObjectNode vocabulary =
                whole && !apart ? vocabulary(source, model(json)) : vocabulary(directory);
        List<String> merges = whole && !apart ? merges(json) : mergeLines(directory);
        requireKnown(
                merges, vocabulary, whole && !apart ? source : directory.resolve("merges.txt"));
        Map<Integer, AddedToken> added = new LinkedHashMap<>();
        if (Files.isRegularFile(directory.resolve(ADDED))) {
            ModelConfig plain = ModelConfig.read(directory, ADDED);
            for (Map.Entry<String, JsonNode> token : plain.json().properties()) {
                int id = id(plain.file(), token.getKey(), token.getValue());
                add(added, vocabulary, AddedToken.plain(token.getKey(), id), plain.file());
            }
        }
        if (config != null && config.has("added_tokens_decoder")) {
            for (Map.Entry<String, JsonNode> token :
                    config.section("added_tokens_decoder").json().properties()) {
                int id = Integer.parseInt(token.getKey());
                add(added, vocabulary, AddedToken.of(token.getValue(), id), config.file());
            }
        }
        if (json != null) {
            for (JsonNode token : json.node("added_tokens")) {
                int id = id(json.file(), token.path("content").asText(), token.path("id"));
                add(added, vocabulary, AddedToken.of(token, id), json.file());
            }
        }
        return new TokenizerFiles(source, vocabulary, merges, List.copyOf(added.values()));
    }

    /** Adds a token; later files say more of a token, but must mean the same one. */
    private static void add(
            Map<Integer, AddedToken> added, ObjectNode vocabulary, AddedToken token, Path file) {
        JsonNode known = vocabulary.get(token.content());
        AddedToken before = added.get(token.id());
        boolean same = before == null || before.content().equals(token.content());
        if (!same || (known != null && known.asInt() != token.id())) {
            throw new CheckpointException(
                    "The token has the id "
                            + token.id()
                            + " here, and another file of the tokenizer says otherwise",
                    file,
                    token.content(),
                    "Take all files of the tokenizer from one place.");
        }
        if (known == null) {
            added.put(token.id(), token);
        }
    }

    private static int id(Path file, String token, JsonNode id) {
        if (!id.isInt() || id.asInt() < 0) {
            throw new CheckpointException(
                    "The id " + id + " is not an integer",
                    file,
                    token,
                    "Copy or download the file again.");
        }
        return id.asInt();
    }

    /** Returns one more than the largest id. */
    int size() {
        int largest =
                StreamSupport.stream(vocabulary.spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .max()
                        .orElse(-1);
        return 1 + added.stream().mapToInt(AddedToken::id).reduce(largest, Math::max);
    }

    private static ModelConfig model(ModelConfig json) {
        ModelConfig model = json.section("model");
        JsonNode suffix = model.node("end_of_word_suffix");
        if (!model.node("type").asText().equals("BPE") || !suffix.asText().equals("</w>")) {
            throw new CheckpointException(
                    "The tokenizer is not CLIP's: byte pairs with </w> at a word's end",
                    json.file(),
                    "model",
                    "Take the tokenizer of the original model.");
        }
        return model;
    }

    private static ObjectNode vocabulary(Path source, ModelConfig model) {
        return checked(source, model.node("vocab"));
    }

    private static ObjectNode vocabulary(Path directory) {
        Path file = present(directory, VOCABULARY);
        try {
            return checked(file, JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw unreadable("The vocabulary is not JSON", file);
        }
    }

    private static ObjectNode checked(Path file, JsonNode node) {
        if (!(node instanceof ObjectNode vocabulary) || vocabulary.isEmpty()) {
            throw unreadable("The vocabulary is not an object of tokens and ids", file);
        }
        vocabulary.properties().forEach(entry -> id(file, entry.getKey(), entry.getValue()));
        return vocabulary;
    }

    /**
     * Reads the merges, which older versions of the library write as two tokens in one string,
     * newer ones as a pair.
     */
    private static List<String> merges(ModelConfig json) {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : json.section("model").node("merges")) {
            merges.add(
                    merge.isArray() && merge.size() == 2
                            ? merge.get(0).asText() + " " + merge.get(1).asText()
                            : merge.asText());
        }
        return merges;
    }

    /** Reads the lines of {@code merges.txt} without the version line. */
    private static List<String> mergeLines(Path directory) {
        Path file = present(directory, "merges.txt");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#version"))
                    .toList();
        } catch (IOException e) {
            throw unreadable("The merges cannot be read as UTF-8: " + e.getMessage(), file);
        }
    }

    private static void requireKnown(List<String> merges, ObjectNode vocabulary, Path file) {
        if (LfsPointer.isOne(file)) {
            throw LfsPointer.refusal(file);
        }
        for (String merge : merges) {
            String[] pair = merge.split(" ", -1);
            if (pair.length != 2
                    || !vocabulary.has(pair[0])
                    || !vocabulary.has(pair[1])
                    || !vocabulary.has(pair[0] + pair[1])) {
                throw new CheckpointException(
                        "The merge '"
                                + merge
                                + "' is not two tokens of vocab.json that make a third",
                        file,
                        "",
                        "Check that vocab.json and merges.txt belong together.");
            }
        }
    }

    private static CheckpointException unreadable(String what, Path file) {
        return LfsPointer.isOne(file)
                ? LfsPointer.refusal(file)
                : new CheckpointException(what, file, "", "Copy or download it again.");
    }

    private static Path present(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "No such tokenizer file",
                    file,
                    "",
                    "A CLIP tokenizer directory holds vocab.json and merges.txt, or tokenizer.json; copy them from the original model.");
        }
        return file;
    }
}
