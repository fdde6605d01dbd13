package io.laptopdiff.diffusion.checkpoint;

import io.laptopdiff.common.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names content, such as that of a model's files: SHA-256 of values and files in their order. */
public final class ContentDigest {

    /** The endings of the files that a model is read from; pickles and notes are never read. */
    private static final List<String> ENDINGS = List.of(".json", ".safetensors", ".txt");

    private static final int NAME_DIGITS = 32;

    private final MessageDigest digest = Sha256.digest();

    /** Adds a value's text with its length, so that no two lists of values look the same. */
    public ContentDigest add(Object value) {
        byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /**
     * Adds bytes with their number, as {@link #add} does; a file of the same bytes adds the same.
     */
    public ContentDigest addBytes(byte[] bytes) {
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /** Adds a file's bytes with their number, as {@link #addBytes} does. */
    public ContentDigest addFile(Path file) {
        try {
            digest.update((Files.size(file) + ":").getBytes(StandardCharsets.UTF_8));
            Sha256.addFile(file, digest);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Adds names and contents of the files that models below some parts of a directory are read
     * from.
     */
    public ContentDigest addModels(Path home, List<String> parts) {
        Map<Path, Path> read = new HashMap<>();
        for (String part : parts) {
            for (Path file : modelFiles(home.resolve(part))) {
                add(home.relativize(file));
                Path before = isLinkToWeights(file) ? read.putIfAbsent(target(file), file) : null;
                if (before == null) {
                    addFile(file);
                } else {
                    add(home.relativize(before)); // the same file, of many gigabytes, once
                }
            }
        }
        return this;
    }

    private static boolean isLinkToWeights(Path file) {
        return Files.isSymbolicLink(file) && file.toString().endsWith(".safetensors");
    }

    private static Path target(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * The files that a model is read from, in order, through links, for model caches are made of
     * them; none where there is no such directory.
     */
    public static List<Path> modelFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** Returns the digest in hexadecimal digits; nothing can be added after it. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Returns the first half of {@link #hex}, enough to name a file; nothing can be added after it.
     */
    public String name() {
        return hex().substring(0, NAME_DIGITS);
    }
}
