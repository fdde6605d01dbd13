package io.laptopdiff.benchmarks;

import io.laptopdiff.common.WholeFiles;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.engine.Processor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Figures on disk, written whole: a file for each part and each processor that it was measured on,
 * such as {@code pass@amd-epyc-25-1.json}. One without a processor in its name is of a time when
 * there was one machine.
 */
public final class FigureFiles {

    private static final String JSON = ".json";

    private final Path directory;
    private final String processor;

    /** Keeps what is measured on this machine. */
    public FigureFiles(Path directory) {
        this(directory, Processor.here());
    }

    FigureFiles(Path directory, Processor processor) {
        this.directory = directory;
        this.processor =
                "%s %s %s"
                        .formatted(processor.model(), processor.family(), processor.number())
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-");
    }

    /**
     * Keeps figures of this machine in place of older ones of its processor.
     *
     * @throws IOException if the disk refuses
     */
    public void keep(Part part, Figures figures) throws IOException {
        WholeFiles.writeString(own(part), Json.writePretty(figures) + "\n");
    }

    /**
     * Returns the figures that are there, of all processors in a fixed order.
     *
     * @throws IOException if one cannot be read
     */
    public Map<Part, List<Figures>> all() throws IOException {
        Map<Part, List<Figures>> all = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            List<Figures> figures = new ArrayList<>();
            for (Path file : files(part)) {
                figures.add(read(file));
            }
            if (!figures.isEmpty()) {
                all.put(part, figures);
            }
        }
        return all;
    }

    /**
     * Returns the figures of this machine's processor.
     *
     * @throws IOException if one cannot be read
     */
    public Map<Part, List<Figures>> own() throws IOException {
        Map<Part, List<Figures>> own = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            if (Files.exists(own(part))) {
                own.put(part, List.of(read(own(part))));
            }
        }
        return own;
    }

    private Iterable<Path> files(Part part) throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> found =
                    Files.newDirectoryStream(directory, part.title() + "{,@*}" + JSON)) {
                found.forEach(files::add);
            }
        }
        return files;
    }

    private Path own(Part part) {
        return directory.resolve(part.title() + "@" + processor + JSON);
    }

    private static Figures read(Path file) throws IOException {
        return Json.read(Files.readAllBytes(file), Figures.class);
    }
}
