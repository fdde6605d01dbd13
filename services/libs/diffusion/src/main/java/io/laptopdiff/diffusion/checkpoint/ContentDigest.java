package io.laptopdiff.diffusion.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names content, such as that of a model's files: SHA-256 of values and files in their order. */
public final class ContentDigest {

    /** What a model is read from; pickles and notes never are. */
    private static final List<String> ENDINGS = List.of(".json", ".safetensors", ".txt");

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int NAME_DIGITS = 32;

    private final MessageDigest digest = sha256();

    /** With its length, so that no two lists of values look the same. */
    public ContentDigest add(Object value) {
        byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /** With their number, for the same reason; a file of the same bytes adds the same. */
    public ContentDigest addBytes(byte[] bytes) {
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /** With its size, for the same reason. */
    public ContentDigest addFile(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            long size = Files.size(file);
            digest.update((size + ":").getBytes(StandardCharsets.UTF_8));
            byte[] buffer = new byte[(int) Math.max(1, Math.min(size, BUFFER_BYTES))];
            for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Names and contents of what the models below some parts of a directory are read from. */
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

    /** In hexadecimal digits; nothing can be added after it. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The first half of it, which is enough of a name for a file; nothing can be added after. */
    public String name() {
        return hex().substring(0, NAME_DIGITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
