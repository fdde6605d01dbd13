package io.laptopdiff.common;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) in hexadecimal digits, as {@code sha256sum} writes it. */
public final class Sha256 {

    private static final int BUFFER_BYTES = 1 << 18;

    private Sha256() {}

    /** A digest to add to; every Java runtime has it. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Digests a text in UTF-8. */
    public static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Digests bytes. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /**
     * Digests a file's content.
     *
     * @throws IOException if it cannot be read
     */
    public static String hexOfFile(Path file) throws IOException {
        MessageDigest digest = digest();
        addFile(file, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Adds a file's content to a digest, with little of it in memory at a time.
     *
     * @throws IOException if it cannot be read
     */
    public static void addFile(Path file, MessageDigest digest) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
    }
}
