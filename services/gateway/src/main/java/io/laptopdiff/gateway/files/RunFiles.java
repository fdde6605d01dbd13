package io.laptopdiff.gateway.files;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.gateway.runs.Runs;
import io.laptopdiff.reports.StatusPage;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The files that runs leave in the artifacts' root. What is half-written stays hidden. */
@ApplicationScoped
public class RunFiles {
    private final ArtifactStore store;
    private final Runs runs;

    RunFiles(ArtifactStore store, Runs runs) {
        this.store = store;
        this.runs = runs;
    }

    /**
     * A file of a run.
     *
     * @param path below the run's directory, names separated by /
     * @param bytes its length
     */
    public record RunFile(String path, long bytes) {}

    /**
     * Lists every file of a run, sorted by path.
     *
     * @throws io.laptopdiff.gateway.runs.RunNotFoundException if there is no such run
     */
    public List<RunFile> list(String runId) {
        Path directory = layout(runId).directory();
        return walk(directory, directory).stream()
                .map(file -> new RunFile(name(directory, file), file.toFile().length()))
                .toList();
    }

    /**
     * Returns one file of a run.
     *
     * @throws NotThereException if the run has none under that path, or not yet
     */
    public Path file(String runId, String path) {
        Path file = inside(runId, path);
        if (!Files.isRegularFile(file)) {
            throw new NotThereException(
                    "run '"
                            + runId
                            + "' has no file '"
                            + path
                            + "' (yet); GET /api/v1/runs/"
                            + runId
                            + "/artifacts lists what is there");
        }
        return file;
    }

    /** Returns a file that has a place of its own in every run. */
    public Path file(String runId, java.util.function.Function<RunLayout, Path> place) {
        RunLayout layout = layout(runId);
        return file(runId, name(layout.directory(), place.apply(layout)));
    }

    /** A page of what has become of the run by now, for as long as no evaluation wrote another. */
    public String statusPage(String runId) {
        return StatusPage.of(runs.find(runId), store);
    }

    /** Returns whether the run has that file by now. */
    public boolean has(String runId, String path) {
        return Files.isRegularFile(inside(runId, path));
    }

    /**
     * The files below a directory of the run, as they are to be archived.
     *
     * @param under empty for all
     * @throws NotThereException if there are none
     */
    public List<Path> tree(String runId, String under) {
        Path directory = inside(runId, under);
        List<Path> files = walk(directory, layout(runId).directory());
        if (files.isEmpty()) {
            throw new NotThereException(
                    "run '" + runId + "' has no files under '" + under + "' (yet)");
        }
        return files;
    }

    /**
     * Writes the files as a zip without compression: weights do not compress.
     *
     * @throws IOException if a file went away meanwhile; the zip then lacks its end
     */
    public void zip(String runId, String under, List<Path> files, OutputStream out)
            throws IOException {
        Path directory = inside(runId, under);
        Path base = under.isEmpty() ? directory : directory.getParent();
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Path file : files) {
            zip.putNextEntry(new ZipEntry(name(base, file)));
            Files.copy(file, zip);
            zip.closeEntry();
        }
        // not where a file is missing: closed, the zip gets the directory that makes it look whole
        zip.close();
    }

    private RunLayout layout(String runId) {
        return store.run(runs.find(runId).runId());
    }

    private Path inside(String runId, String path) {
        Path directory = layout(runId).directory();
        try {
            Path whole = directory.resolve(path).normalize();
            boolean hidden =
                    whole.startsWith(directory)
                            && Stream.iterate(whole, p -> !p.equals(directory), Path::getParent)
                                    .anyMatch(RunFiles::isHidden);
            if (!whole.startsWith(directory) || hidden) {
                throw new NotThereException("'" + path + "' is no file of run '" + runId + "'");
            }
            return whole;
        } catch (InvalidPathException e) {
            throw new NotThereException("'" + path + "' is no file of run '" + runId + "'");
        }
    }

    private static List<Path> walk(Path start, Path base) {
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(start)) {
            return tree.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !hasHiddenPart(base.relativize(path)))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // a worker replaces a directory just now
            throw new NotThereException("the files of " + start + " change just now; ask again");
        }
    }

    private static boolean hasHiddenPart(Path path) {
        for (Path part : path) {
            if (isHidden(part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static String name(Path base, Path file) {
        return base.relativize(file).toString().replace('\\', '/');
    }
}
