package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The safetensors files of one model directory, single or sharded, opened together; {@link
 * WeightFiles} says which. The names are those of the model, whatever a wrapper put before them.
 */
final class CheckpointFiles implements AutoCloseable {

    /**
     * The prefixes that torch.compile and DataParallel put into the names of a module that they
     * wrap.
     */
    private static final Pattern WRAPPED =
            Pattern.compile("^(module\\.|_orig_mod\\.)+|(?<=\\.)_orig_mod\\.");

    /** The prefix that CLIPTextModel of transformers 5, and files of it, no longer have. */
    private static final String TEXT_MODEL = "text_model.";

    private final Path directory;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();

    private CheckpointFiles(Path directory) {
        this.directory = directory;
    }

    static CheckpointFiles open(Path directory, String baseName) {
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException(
                    Files.exists(directory)
                            ? "The model is a file, not a directory"
                            : "No such model directory",
                    directory,
                    "",
                    "Give the directory that holds config.json and the safetensors weights.");
        }
        CheckpointFiles checkpoint = new CheckpointFiles(directory);
        try {
            Path weights = WeightFiles.find(directory, baseName);
            if (weights.toString().endsWith(".json")) {
                checkpoint.readIndex(weights);
            } else {
                checkpoint.readSingle(weights);
            }
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private void readSingle(Path weights) {
        SafetensorsFile file = openOnce(weights);
        if (OriginalLayout.isOne(file)) {
            tensors.putAll(OriginalLayout.tensors(directory, file));
        } else {
            file.tensors().values().forEach(entry -> put(entry.name(), file));
        }
    }

    private void put(String name, SafetensorsFile file) {
        String plain = WRAPPED.matcher(name).replaceAll("");
        tensors.put(plain, StoredTensor.of(file, file.tensors().get(name)));
    }

    private void readIndex(Path index) {
        JsonNode weightMap;
        try {
            weightMap = ShardIndex.weightMap(index);
        } catch (IOException e) {
            if (LfsPointer.isOne(index)) {
                throw LfsPointer.refusal(index);
            }
            throw new CheckpointException(
                    "The shard index is not JSON", index, "", "Copy or download it again.");
        }
        if (!weightMap.isObject() || weightMap.isEmpty()) {
            throw new CheckpointException(
                    "The shard index has no weights",
                    index,
                    "weight_map",
                    "Copy or download it again.");
        }
        for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
            // Absolute, for "." normalized is no parent of anything.
            Path home = directory.toAbsolutePath().normalize();
            Path shard = home.resolve(entry.getValue().asText()).normalize();
            if (!home.equals(shard.getParent())) {
                throw new CheckpointException(
                        "A shard lies outside the model directory",
                        index,
                        entry.getKey(),
                        "Use a trusted checkpoint.");
            }
            SafetensorsFile file = openOnce(shard);
            if (!file.tensors().containsKey(entry.getKey())) {
                throw new CheckpointException(
                        "The tensor is missing in its shard",
                        shard,
                        entry.getKey(),
                        "Copy or download the shard again.");
            }
            put(entry.getKey(), file);
        }
    }

    private SafetensorsFile openOnce(Path file) {
        return files.computeIfAbsent(file, path -> SafetensorsFile.open(target(path)));
    }

    /** Returns the file that a link leads to, for messages had better name that one. */
    private static Path target(Path file) {
        try {
            return Files.isSymbolicLink(file) ? file.toRealPath() : file;
        } catch (IOException e) {
            return file; // whoever opens it says what is wrong
        }
    }

    Set<String> names() {
        return new LinkedHashSet<>(tensors.keySet());
    }

    /** Returns the tensors by the names that the model has for them. */
    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** Returns a tensor that {@link #require} has found. */
    StoredTensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    /**
     * @throws CheckpointException naming the first tensor that is missing, of another shape, or
     *     neither expected nor ignored
     */
    void require(Map<String, Shape> expected, Predicate<String> ignored) {
        nameTextModel(expected.keySet());
        for (Map.Entry<String, Shape> tensor : expected.entrySet()) {
            String name = tensor.getKey();
            StoredTensor found = tensors.get(name);
            if (found == null) {
                throw new CheckpointException(
                        "The tensor is missing",
                        directory,
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
            if (!found.shape().equals(tensor.getValue())) {
                throw new CheckpointException(
                        "The tensor has shape "
                                + found.shape()
                                + " where config.json asks for "
                                + tensor.getValue(),
                        found.file().file(),
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
        }
        for (String name : names()) {
            if (!expected.containsKey(name) && !ignored.test(name)) {
                throw new CheckpointException(
                        "The model of config.json has no such tensor",
                        tensors.get(name).file().file(),
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
        }
    }

    /** Gives names without the text model's prefix what the model calls them. */
    private void nameTextModel(Set<String> expected) {
        for (String name : names()) {
            String full = TEXT_MODEL + name;
            if (!expected.contains(name) && expected.contains(full) && !tensors.containsKey(full)) {
                tensors.put(full, tensors.remove(name));
            }
        }
    }
}
