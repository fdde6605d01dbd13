package io.laptopdiff.diffusion.location;

import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model directory that is made of links to a model's files elsewhere and of small files of its
 * own, so that every reader sees the usual layout and no weights are copied.
 */
final class DirectoryView {

    private final SortedMap<String, Path> links = new TreeMap<>();
    private final SortedMap<String, byte[]> contents = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    void link(String file, Path target) {
        links.put(file, target.toAbsolutePath());
    }

    void add(String file, byte[] content) {
        contents.put(file, content);
    }

    void addIfAbsent(String file, byte[] content) {
        contents.putIfAbsent(file, content);
    }

    byte[] content(String file) {
        return contents.get(file);
    }

    /** Adds a note on how the model is taken, for whoever asked for it. */
    void note(String note) {
        notes.add(note);
    }

    List<String> notes() {
        return notes;
    }

    boolean isSame(DirectoryView other) {
        return links.equals(other.links)
                && contents.keySet().equals(other.contents.keySet())
                && contents.entrySet().stream()
                        .allMatch(
                                file ->
                                        Arrays.equals(
                                                file.getValue(),
                                                other.contents.get(file.getKey())));
    }

    /**
     * Makes the view in the directory for temporary files, for as long as this process lives.
     *
     * @throws CheckpointException if that directory cannot be written
     */
    Path make() {
        try {
            Path root = Files.createTempDirectory("laptop-diff-model-");
            root.toFile().deleteOnExit(); // what is registered later goes first
            for (var link : links.entrySet()) {
                Path file = place(root, link.getKey());
                Files.createSymbolicLink(file, link.getValue());
                file.toFile().deleteOnExit();
            }
            for (var content : contents.entrySet()) {
                Path file = place(root, content.getKey());
                Files.write(file, content.getValue());
                file.toFile().deleteOnExit();
            }
            return root;
        } catch (IOException e) {
            throw new CheckpointException(
                    "The directory for temporary files cannot be written: " + e.getMessage(),
                    Path.of(System.getProperty("java.io.tmpdir")),
                    "",
                    "Make it writable, or name another by -Djava.io.tmpdir=DIR.");
        }
    }

    private static Path place(Path root, String name) throws IOException {
        Path file = root.resolve(name);
        Path parent = root;
        for (Path step : root.relativize(file.getParent())) {
            parent = parent.resolve(step);
            if (!step.toString().isEmpty() && !Files.exists(parent)) {
                Files.createDirectory(parent);
                parent.toFile().deleteOnExit();
            }
        }
        return file;
    }
}
