package io.laptopdiff.common;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files and directories that appear under their name whole or not at all: each is written beside
 * its place under a hidden name, forced to the disk, and renamed.
 */
public final class WholeFiles {

    private static final String PART = ".part-";

    private WholeFiles() {}

    /** Writes to a path where nothing is. */
    @FunctionalInterface
    public interface Writer {

        /**
         * @param part where to write
         * @throws IOException if the disk refuses
         */
        void write(Path part) throws IOException;
    }

    /**
     * Writes a text in UTF-8.
     *
     * @throws IOException if the disk refuses; then no file, or the former one, is left
     */
    public static void writeString(Path file, String text) throws IOException {
        write(file, part -> Files.write(part, text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a file, or a directory that the writer makes. Those above it are made where they are
     * missing.
     *
     * @param target replaced if it exists
     * @throws IOException if the writer throws it, or the disk refuses; then nothing, or what was
     *     there, is left
     */
    public static void write(Path target, Writer writer) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        Path part = beside(target);
        try {
            writer.write(part);
            force(part);
            replace(part, target);
        } finally {
            if (Files.exists(part)) {
                Trees.delete(part);
            }
        }
    }

    /**
     * The same of a directory, which the writer finds empty.
     *
     * @throws IOException as {@link #write}
     */
    public static void writeDirectory(Path target, Writer writer) throws IOException {
        write(
                target,
                part -> {
                    Files.createDirectory(part);
                    writer.write(part);
                });
    }

    /**
     * A hidden path beside the target that nobody else has; nothing is there yet. The system's
     * temporary files would not do: they are for their owner's eyes only, and stay so under their
     * new name, while services of other users read what is written here.
     */
    public static Path beside(Path target) {
        return target.toAbsolutePath().resolveSibling(PART + UUID.randomUUID());
    }

    /**
     * Whether a path is named as {@link #beside} names them: a killed writer leaves such behind.
     */
    public static boolean isPart(Path path) {
        return path.getFileName().toString().startsWith(PART);
    }

    /**
     * Sees that a file, or each one of a directory, is on the disk. Without this, a power cut can
     * leave a whole name on empty content.
     *
     * @throws IOException if the disk refuses
     */
    public static void force(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, toForce(file))) {
                    channel.force(true);
                }
            }
        }
    }

    /** Windows wants the right to write; other systems do without, as of a read-only copy. */
    private static StandardOpenOption toForce(Path file) {
        return Files.isWritable(file) ? StandardOpenOption.WRITE : StandardOpenOption.READ;
    }

    /**
     * Gives what was written its name.
     *
     * @param target replaced if it exists; of a directory, a reader sees the old one, none or the
     *     new one
     * @throws IOException if it cannot be moved; then what was there is there again
     */
    public static void replace(Path part, Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            Files.move(
                    part,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        // A directory that is not empty cannot be replaced in one step.
        Path old = beside(target);
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        Trees.delete(old);
    }
}
