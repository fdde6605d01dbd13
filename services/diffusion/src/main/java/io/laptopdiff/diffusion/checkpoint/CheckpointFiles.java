package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The safetensors files of one model directory, single or sharded, opened together.
 *
 * <p>Looks for {@code <baseName>.safetensors}, then {@code <baseName>.safetensors.index.json}, then
 * the {@code .fp16} variants that diffusers writes.
 */
final class CheckpointFiles implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pt", ".pth");

    private final Path directory;
    private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
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
            checkpoint.find(baseName);
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private void find(String baseName) {
        for (String variant : List.of("", ".fp16")) {
            Path single = directory.resolve(baseName + variant + ".safetensors");
            Path index = directory.resolve(baseName + ".safetensors.index" + variant + ".json");
            if (Files.isRegularFile(single)) {
                SafetensorsFile file = openOnce(single);
                file.tensors().keySet().forEach(name -> fileOf.put(name, file));
                return;
            }
            if (Files.isRegularFile(index)) {
                readIndex(index);
                return;
            }
        }
        throw new CheckpointException(
                pickleIn(baseName),
                directory.resolve(baseName + ".safetensors"),
                "",
                wayOut(baseName));
    }

    private void readIndex(Path index) {
        JsonNode weightMap;
        try {
            weightMap = JSON.readTree(index.toFile()).path("weight_map");
        } catch (IOException e) {
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
            fileOf.put(entry.getKey(), file);
        }
    }

    private SafetensorsFile openOnce(Path file) {
        return files.computeIfAbsent(file, SafetensorsFile::open);
    }

    private String pickleIn(String baseName) {
        try (var listing = Files.list(directory)) {
            return listing.map(path -> path.getFileName().toString())
                    .filter(name -> PICKLES.stream().anyMatch(name::endsWith))
                    .sorted()
                    .findFirst()
                    .map(
                            name ->
                                    "Only a pickled checkpoint, "
                                            + name
                                            + ", is here, and loading one can run its code")
                    .orElse(
                            "The weights are missing: neither "
                                    + baseName
                                    + ".safetensors nor a shard index is here");
        } catch (IOException e) {
            return "The directory cannot be listed: " + e.getMessage();
        }
    }

    private static String wayOut(String baseName) {
        return "Give a checkpoint in safetensors; a pickled one is converted with diffusers:"
                + " model.save_pretrained(dir, safe_serialization=True), which writes "
                + baseName
                + ".safetensors.";
    }

    Path directory() {
        return directory;
    }

    Set<String> names() {
        return new LinkedHashSet<>(fileOf.keySet());
    }

    boolean contains(String name) {
        return fileOf.containsKey(name);
    }

    SafetensorsFile fileOf(String name) {
        return fileOf.get(name);
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
        for (Map.Entry<String, Shape> tensor : expected.entrySet()) {
            String name = tensor.getKey();
            if (!contains(name)) {
                throw new CheckpointException(
                        "The tensor is missing",
                        directory(),
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
            Shape found = fileOf(name).tensors().get(name).shape();
            if (!found.equals(tensor.getValue())) {
                throw new CheckpointException(
                        "The tensor has shape "
                                + found
                                + " where config.json asks for "
                                + tensor.getValue(),
                        fileOf(name).file(),
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
        }
        for (String name : names()) {
            if (!expected.containsKey(name) && !ignored.test(name)) {
                throw new CheckpointException(
                        "The model of config.json has no such tensor",
                        fileOf(name).file(),
                        name,
                        "Check that the weights belong to the config.json beside them.");
            }
        }
    }
}
