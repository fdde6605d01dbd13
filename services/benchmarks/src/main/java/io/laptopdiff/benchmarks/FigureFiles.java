package io.laptopdiff.benchmarks;

import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;

/** Figures on disk, a file for each part, written whole. */
public final class FigureFiles {
    private final Path directory;

    public FigureFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps figures in place of older ones.
     *
     * @throws IOException if the disk refuses
     */
    public void keep(Part part, Figures figures) throws IOException {
        Files.createDirectories(directory);
        Path whole = file(part);
        Path beside = whole.resolveSibling(whole.getFileName() + ".part");
        Files.writeString(beside, Json.writePretty(figures) + "\n");
        Files.move(
                beside, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Those that are there.
     *
     * @throws IOException if one cannot be read
     */
    public Map<Part, Figures> all() throws IOException {
        Map<Part, Figures> all = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            if (Files.exists(file(part))) {
                all.put(part, Json.read(Files.readAllBytes(file(part)), Figures.class));
            }
        }
        return all;
    }

    private Path file(Part part) {
        return directory.resolve(part.title() + ".json");
    }
}
