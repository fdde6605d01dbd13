package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts the {@code vocab.json} and {@code merges.txt} of a CLIP tokenizer into the one description
 * that the tokenizers library reads. The steps are those of transformers' {@code CLIPTokenizer}:
 * NFC, white space to single blanks, lower case, CLIP's word pattern, bytes, then byte pair merges
 * with {@code </w>} at a word's end.
 */
final class TokenizerJson {

    /** The word pattern of OpenAI's CLIP (simple_tokenizer.py). */
    private static final String WORDS =
            "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerJson() {}

    /** The description as JSON, ready for the library. */
    static String of(
            ObjectNode vocabulary,
            List<String> merges,
            List<String> specialTokens,
            String unknown) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : specialTokens) {
            added.addObject()
                    .put("id", vocabulary.get(token).asInt())
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode normalizers = normalizer.putArray("normalizers");
        normalizers.addObject().put("type", "NFC");
        ObjectNode blanks = normalizers.addObject().put("type", "Replace").put("content", " ");
        blanks.putObject("pattern").put("Regex", "\\s+");
        normalizers.addObject().put("type", "Lowercase");
        ArrayNode splits =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        ObjectNode split =
                splits.addObject()
                        .put("type", "Split")
                        .put("behavior", "Removed")
                        .put("invert", true);
        split.putObject("pattern").put("Regex", WORDS);
        splits.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false); // the words are split already
        root.putNull("post_processor").putNull("decoder");
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout")
                .put("unk_token", unknown)
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "</w>")
                .put("fuse_unk", false);
        model.set("vocab", vocabulary);
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(pairs::add);
        return root.toString();
    }

    /** Token to id, as {@code vocab.json} has it. */
    static ObjectNode readVocabulary(Path directory) {
        Path file = present(directory, "vocab.json");
        JsonNode node;
        try {
            node = JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new CheckpointException(
                    "The vocabulary is not JSON", file, "", "Copy or download it again.");
        }
        if (!(node instanceof ObjectNode vocabulary) || vocabulary.isEmpty()) {
            throw new CheckpointException(
                    "The vocabulary is not an object of tokens and ids",
                    file,
                    "",
                    "Copy or download it again.");
        }
        vocabulary
                .properties()
                .forEach(
                        entry -> {
                            if (!entry.getValue().isInt()) {
                                throw new CheckpointException(
                                        "The id " + entry.getValue() + " is not an integer",
                                        file,
                                        entry.getKey(),
                                        "Copy or download the file again.");
                            }
                        });
        return vocabulary;
    }

    /** The merges in their order, without the version line. */
    static List<String> readMerges(Path directory, ObjectNode vocabulary) {
        Path file = present(directory, "merges.txt");
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new CheckpointException(
                    "The merges cannot be read as UTF-8: " + e.getMessage(),
                    file,
                    "",
                    "Copy or download them again.");
        }
        List<String> merges =
                lines.stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#version"))
                        .toList();
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
        return merges;
    }

    private static Path present(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "No such tokenizer file",
                    file,
                    "",
                    "A CLIP tokenizer directory holds vocab.json and merges.txt; copy them from the original model.");
        }
        return file;
    }
}
