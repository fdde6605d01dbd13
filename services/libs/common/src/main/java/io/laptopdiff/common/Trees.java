package io.laptopdiff.common;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Directories with all that is below them. */
public final class Trees {

    private Trees() {}

    /**
     * Deletes a file, or a directory with all that is below it, links but not what they lead to.
     * Others may delete the same at the same time, and nothing need be there.
     *
     * @throws IOException if something stays
     */
    public static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new Deletion());
    }

    /**
     * Gives every file below a directory a second name below another, which takes no room on the
     * disk; where the file system cannot do that, copies it. Each name may go without the other.
     *
     * @param to exists, and is empty
     * @throws IOException if the disk refuses
     */
    public static void link(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes any) throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(directory)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes any)
                            throws IOException {
                        Path target = to.resolve(from.relativize(file));
                        try {
                            Files.createLink(target, file);
                        } catch (IOException | UnsupportedOperationException e) {
                            Files.copy(file, target);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes any) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
                throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
