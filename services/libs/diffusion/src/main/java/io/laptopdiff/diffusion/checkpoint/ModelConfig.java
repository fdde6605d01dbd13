package io.laptopdiff.diffusion.checkpoint;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's JSON config with typed access to its fields; every complaint names the file and the
 * field.
 */
public final class ModelConfig {

    /** The JSON reader; it takes -Infinity, which Python writes and schedulers' configs hold. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private final Path file;
    private final ObjectNode root;

    private ModelConfig(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads {@code directory/fileName}.
     *
     * @throws CheckpointException if the directory is none, or the file is missing or no JSON
     *     object
     */
    public static ModelConfig read(Path directory, String fileName) {
        Path file = directory.resolve(fileName);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new CheckpointException(
                    "The model is a file, not a directory",
                    directory,
                    "",
                    "Give the directory that holds " + fileName);
        }
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "No such config",
                    file,
                    "",
                    "Give the directory of a model in the diffusers or Hugging Face layout.");
        }
        try {
            return of(file, JSON.readTree(file.toFile()));
        } catch (IOException e) {
            if (LfsPointer.isOne(file)) {
                throw LfsPointer.refusal(file);
            }
            throw new CheckpointException(
                    "The config is not JSON", file, "", "Copy or download it again.");
        }
    }

    /** Makes a config of JSON that is at hand; {@code file} only serves messages. */
    public static ModelConfig of(Path file, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw new CheckpointException(
                    "The config is not a JSON object", file, "", "Copy or download it again.");
        }
        return new ModelConfig(file, object);
    }

    /** Returns the config that a field of this one holds, e.g. {@code text_config}. */
    public ModelConfig section(String field) {
        if (!(root.get(field) instanceof ObjectNode object)) {
            throw refuse(field, "an object");
        }
        return new ModelConfig(file.resolveSibling(file.getFileName() + "." + field), object);
    }

    /** Returns the file that the config is of, for messages. */
    public Path file() {
        return file;
    }

    /** Returns a copy of the JSON as it was read. */
    public ObjectNode json() {
        return root.deepCopy();
    }

    /** Returns whether the field is there and not null. */
    public boolean has(String field) {
        return root.hasNonNull(field);
    }

    /** Returns the field as it stands; a missing node where it is absent or null. */
    public JsonNode node(String field) {
        return has(field)
                ? root.get(field)
                : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Returns a positive integer that must be there. */
    public int requirePositive(String field) {
        if (!node(field).isInt() || node(field).asInt() <= 0) {
            throw refuse(field, "a positive integer");
        }
        return node(field).asInt();
    }

    /** Returns an integer, or the default where the field is absent. */
    public int integer(String field, int absent) {
        if (!has(field)) {
            return absent;
        }
        if (!node(field).isInt()) {
            throw refuse(field, "an integer");
        }
        return node(field).asInt();
    }

    /** Returns a number, or the default where the field is absent. */
    public double number(String field, double absent) {
        if (!has(field)) {
            return absent;
        }
        if (!node(field).isNumber()) {
            throw refuse(field, "a number");
        }
        return node(field).asDouble();
    }

    /** Returns a truth value, or the default where the field is absent. */
    public boolean flag(String field, boolean absent) {
        if (!has(field)) {
            return absent;
        }
        if (!node(field).isBoolean()) {
            throw refuse(field, "true or false");
        }
        return node(field).asBoolean();
    }

    /** Returns a string out of a closed set, or the default where the field is absent. */
    public String choice(String field, String absent, Set<String> supported) {
        String value = has(field) ? node(field).asText() : absent;
        if (!supported.contains(value)) {
            throw refuse(field, "one of " + supported.stream().sorted().toList());
        }
        return value;
    }

    /** Returns a list of positive integers that must be there. */
    public List<Integer> requirePositives(String field) {
        List<Integer> values = new ArrayList<>();
        for (JsonNode item : node(field)) {
            if (!item.isInt() || item.asInt() <= 0) {
                throw refuse(field, "a list of positive integers");
            }
            values.add(item.asInt());
        }
        if (values.isEmpty()) {
            throw refuse(field, "a list of positive integers");
        }
        return List.copyOf(values);
    }

    /**
     * Refuses fields whose value this project does not implement.
     *
     * @param onlyValues field to the one value that is supported; {@code null} there also stands
     *     for an absent field
     */
    public void requireOnly(Map<String, JsonNode> onlyValues) {
        onlyValues.forEach(
                (field, only) -> {
                    if (has(field) && !sameValue(node(field), only)) {
                        throw refuse(field, only.isNull() ? "null" : only.toString());
                    }
                });
    }

    private static boolean sameValue(JsonNode found, JsonNode only) {
        return found.equals(only)
                || (found.isNumber() && only.isNumber() && found.asDouble() == only.asDouble());
    }

    /**
     * Refuses fields that nobody here knows, unless their value is null or their name begins with
     * an underscore.
     */
    public void requireKnown(Set<String> known) {
        List<String> others = others(known);
        if (!others.isEmpty()) {
            throw new CheckpointException(
                    "The field is not supported",
                    file,
                    others.get(0),
                    "Remove it if the model works the same without it; else this model cannot be used yet.");
        }
    }

    /**
     * Returns the fields beside the known ones, in their order; those without a value, and those
     * whose name begins with an underscore, say nothing of a model.
     */
    public List<String> others(Set<String> known) {
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (!known.contains(field.getKey())
                    && !field.getKey().startsWith("_")
                    && !field.getValue().isNull()) {
                others.add(field.getKey());
            }
        }
        return others;
    }

    /** Returns an exception that names the field, its value and what is supported. */
    public CheckpointException refuse(String field, String supported) {
        return new CheckpointException(
                has(field)
                        ? "The value " + node(field) + " is not supported"
                        : "The field is missing",
                file,
                field,
                "Supported: " + supported + ".");
    }
}
