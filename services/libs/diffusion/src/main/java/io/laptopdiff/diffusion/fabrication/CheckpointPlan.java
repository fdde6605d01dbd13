package io.laptopdiff.diffusion.fabrication;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plan of all that a fabricated checkpoint will hold; nothing is written yet. */
public final class CheckpointPlan {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<ModelPart> parts;
    private final Map<String, byte[]> smallFiles;

    private CheckpointPlan(List<ModelPart> parts, Map<String, byte[]> smallFiles) {
        this.parts = parts;
        this.smallFiles = Collections.unmodifiableMap(smallFiles);
    }

    /**
     * Lays out a checkpoint.
     *
     * @param type F32, F16 or BF16
     * @param most the most bytes of tensors in one file
     * @throws CheckpointException naming the file and field that is missing or not supported
     * @throws IllegalArgumentException if weights cannot be stored as that type
     */
    public static CheckpointPlan of(ConfigFiles configs, TensorType type, ShardSize most) {
        ElementEncoding.of(type);
        Scheduler.of(configs.config("scheduler/scheduler_config.json"));
        List<ModelPart> parts =
                configs.parts().stream()
                        .filter(name -> !name.startsWith("tokenizer") && !name.equals("scheduler"))
                        .map(name -> ModelPart.of(configs, name, type, most))
                        .toList();
        Map<String, byte[]> files = new LinkedHashMap<>(configs.files());
        files.put(ConfigFiles.INDEX, bytes(index(configs)));
        addTokenizer(configs, "tokenizer", "text_encoder", files);
        if (configs.isXl()) {
            addTokenizer(configs, "tokenizer_2", "text_encoder_2", files);
        }
        for (ModelPart part : parts) {
            if (part.shards().size() > 1) {
                files.put(
                        part.name() + "/" + part.baseName() + ".safetensors.index.json",
                        bytes(shardIndex(part)));
            }
        }
        files.put("README.md", readme(configs));
        return new CheckpointPlan(parts, files);
    }

    /**
     * Makes the index; parts without a fabricated counterpart, such as a safety checker, are named
     * as absent.
     */
    private static ObjectNode index(ConfigFiles configs) {
        ModelConfig index = configs.config(ConfigFiles.INDEX);
        for (String part : configs.parts()) {
            if (!index.node(part).path(1).isTextual()) {
                throw index.refuse(part, "a list of library and class");
            }
        }
        ObjectNode json = index.json();
        List<String> others =
                json.properties().stream()
                        .filter(field -> field.getValue().isArray())
                        .map(Map.Entry::getKey)
                        .filter(field -> !configs.parts().contains(field))
                        .toList();
        others.forEach(part -> json.putArray(part).addNull().addNull());
        return json;
    }

    private static void addTokenizer(
            ConfigFiles configs, String tokenizer, String encoder, Map<String, byte[]> files) {
        if (configs.has(tokenizer + "/vocab.json")) {
            return;
        }
        for (String ofAnotherVocabulary :
                List.of("tokenizer.json", "merges.txt", "added_tokens.json")) {
            files.remove(tokenizer + "/" + ofAnotherVocabulary);
        }
        ByteTokenizer.files(configs.config(encoder + "/config.json"))
                .forEach((name, content) -> files.putIfAbsent(tokenizer + "/" + name, content));
    }

    /** The index as Hugging Face's loaders read it. */
    private static ObjectNode shardIndex(ModelPart part) {
        ObjectNode json = JSON.createObjectNode();
        json.putObject("metadata").put("total_size", part.tensorBytes());
        ObjectNode weightMap = json.putObject("weight_map");
        for (Shard shard : part.shards()) {
            shard.tensors().keySet().forEach(tensor -> weightMap.put(tensor, shard.file()));
        }
        return json;
    }

    private static byte[] readme(ConfigFiles configs) {
        String text =
                "Random weights in the shapes of "
                        + configs.origin().getFileName()
                        + ", made by `laptop-diff fabricate`. No image of this model means anything.\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ObjectNode json) {
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    List<ModelPart> parts() {
        return parts;
    }

    /** Returns a map of path inside the checkpoint to content, for all files but the weights. */
    Map<String, byte[]> smallFiles() {
        return smallFiles;
    }

    /** The number of parameters of each part that has weights. */
    public Map<String, Long> parameters() {
        Map<String, Long> parameters = new LinkedHashMap<>();
        parts.forEach(part -> parameters.put(part.name(), part.parameters()));
        return parameters;
    }

    /** The bytes that the checkpoint takes on disk. */
    public long sizeBytes() {
        long weights = parts.stream().mapToLong(ModelPart::fileBytes).reduce(0, Math::addExact);
        return weights + smallFiles.values().stream().mapToLong(file -> file.length).sum();
    }
}
