package io.laptopdiff.diffusion.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The index of a checkpoint's shards: which tensor is in which file beside it. */
final class ShardIndex {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ShardIndex() {}

    /** Reads the map of tensor to file name; a missing node where the index has none. */
    static JsonNode weightMap(Path index) throws IOException {
        return JSON.readTree(index.toFile()).path("weight_map");
    }

    /** Returns whether every shard that an index names lies beside that index. */
    static boolean isComplete(Path index) {
        try {
            JsonNode files = weightMap(index);
            for (JsonNode file : files) {
                if (!Files.isRegularFile(index.resolveSibling(file.asText()))) {
                    return false;
                }
            }
            return !files.isEmpty();
        } catch (IOException e) {
            return false; // no index that could be read
        }
    }
}
