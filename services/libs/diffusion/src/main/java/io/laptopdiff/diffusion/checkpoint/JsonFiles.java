package io.laptopdiff.diffusion.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.common.WholeFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Writes JSON files whole or not at all. */
public final class JsonFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFiles() {}

    /**
     * Writes indented JSON, creating the directory where it is missing.
     *
     * @throws IOException if the disk refuses; then no file, or the former one, is left
     */
    public static void write(Path file, JsonNode json) throws IOException {
        WholeFiles.writeString(
                file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }
}
