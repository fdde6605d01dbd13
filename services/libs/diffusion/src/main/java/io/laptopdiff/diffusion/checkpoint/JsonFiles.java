package io.laptopdiff.diffusion.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path temporary = Unfinished.beside(file);
        try {
            Files.writeString(
                    temporary,
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
