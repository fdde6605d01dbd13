package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files below a directory. */
final class DirectoryTree {

    private DirectoryTree() {}

    /**
     * Lists all files below a directory, through links, sorted, with links that lead nowhere; a
     * link that leads back to where it lies is passed over.
     *
     * @throws DatasetException if it cannot be listed
     */
    static List<Path> files(Path directory) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(
                    directory,
                    Set.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
                            if (found.isRegularFile() || found.isSymbolicLink()) {
                                files.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            if (e instanceof FileSystemLoopException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw e;
                        }
                    });
        } catch (IOException e) {
            throw unlistable(directory, e);
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    /** Lists the regular files right in a directory, sorted. */
    static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw unlistable(directory, e);
        }
    }

    private static DatasetException unlistable(Path directory, Exception e) {
        return new DatasetException(
                "The directory cannot be listed: " + e.getMessage(),
                directory,
                "Check its access rights.");
    }
}
