package io.laptopdiff.artifacts;

import io.laptopdiff.common.Trees;
import io.laptopdiff.common.WholeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Keeps what runs leave, under one root. Whatever has its final name is whole: it is written beside
 * it under a hidden name first, and renamed.
 */
public final class ArtifactStore {
    private static final int ATTEMPTS = 100;

    private final Path root;

    public ArtifactStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    /**
     * The files of one run.
     *
     * @throws ArtifactException if the runId is not safe as a directory's name
     */
    public RunLayout run(String runId) {
        return RunLayout.of(root, runId);
    }

    /** Returns how events name a path, so that another machine with the same mount finds it. */
    public String location(Path path) {
        return inside(path).toUri().toString();
    }

    /** Replaces what is there; a reader sees the old or the new whole. */
    public void write(Path file, byte[] content) {
        Path target = inside(file);
        write(
                target,
                part -> {
                    Files.write(part, content);
                    return part;
                });
    }

    /** Replaces a directory that the writer fills, whole too; if it throws, nothing stays. */
    public void writeDirectory(Path directory, DirectoryWriter writer) {
        Path target = inside(directory);
        write(
                target,
                part -> {
                    Files.createDirectory(part);
                    writer.write(part);
                    return part;
                });
    }

    /**
     * The content of a file; empty if there is none.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(inside(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Lists a directory, sorted; empty if there is no such directory, and half-written neighbours
     * are left out.
     */
    public List<Path> list(Path directory) {
        try (Stream<Path> children = Files.list(inside(directory))) {
            return children.filter(path -> !WholeFiles.isPart(path)).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** Removes a file or a whole directory, if it is there. */
    public void delete(Path path) {
        try {
            Trees.delete(inside(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }

    /**
     * Removes all files of a run for good: who is at work for it still finds no place to write to.
     * What is left is an empty directory, hidden, of its name. May be asked for again, where it was
     * broken off.
     */
    public void deleteRun(String runId) {
        Path directory = run(runId).directory();
        Path grave = RunLayout.deleted(root, runId);
        try {
            Files.createDirectories(grave);
            moveAway(directory, grave.resolve(UUID.randomUUID().toString()));
            for (Path old : list(grave)) {
                deleteUnderWriters(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }

    /** A writer who was inside when the directory was moved may add one thing more to it. */
    private static void deleteUnderWriters(Path directory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Trees.delete(directory);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Moves a directory away, for under its old name somebody may add to it meanwhile. */
    private static void moveAway(Path directory, Path there) throws IOException {
        try {
            Files.move(directory, there);
        } catch (NoSuchFileException e) {
            // nothing was ever written, or a late writer has cleaned up behind itself
        }
    }

    /**
     * Makes a directory, with those above it.
     *
     * @throws ArtifactException if it belongs to a run that was deleted
     */
    public void createDirectories(Path directory) {
        Path whole = inside(directory);
        try {
            Files.createDirectories(whole);
            // looked at last: what was made before a run was deleted is deleted with it
            requireNotDeleted(whole);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    private void requireNotDeleted(Path path) throws IOException {
        Path runs = RunLayout.runs(root);
        if (!path.startsWith(runs) || path.equals(runs)) {
            return;
        }
        Path run = runs.resolve(runs.relativize(path).getName(0));
        String runId = run.getFileName().toString();
        if (Files.exists(RunLayout.deleted(root, runId), LinkOption.NOFOLLOW_LINKS)) {
            deleteQuietly(run); // what others make meanwhile, they delete as well
            throw new ArtifactException(
                    "run '" + runId + "' was deleted, and keeps no files",
                    path.toString(),
                    "Ask for a run under another id.");
        }
    }

    /** Removes what a killed writer left half-written in a directory. */
    public void sweep(Path directory) {
        try (Stream<Path> children = Files.list(inside(directory))) {
            for (Path part : children.filter(WholeFiles::isPart).toList()) {
                Trees.delete(part);
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever written there.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + directory, e);
        }
    }

    private void write(Path target, PartWriter writer) {
        Path part = WholeFiles.beside(target);
        try {
            createDirectories(target.getParent());
            WholeFiles.force(writer.write(part));
            WholeFiles.replace(part, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        } finally {
            deleteQuietly(part);
        }
    }

    private Path inside(Path path) {
        Path whole = root.resolve(path).normalize();
        if (!whole.startsWith(root)) {
            throw new ArtifactException(
                    "outside of the artifacts' root " + root,
                    path.toString(),
                    "stay below the root");
        }
        return whole;
    }

    private static void deleteQuietly(Path part) {
        try {
            Trees.delete(part);
        } catch (IOException e) {
            // It is hidden, and the next sweep takes it; the first error matters more.
        }
    }

    /** Fills a directory that exists and is empty. */
    @FunctionalInterface
    public interface DirectoryWriter {
        void write(Path directory) throws IOException;
    }

    private interface PartWriter {
        Path write(Path part) throws IOException;
    }
}
