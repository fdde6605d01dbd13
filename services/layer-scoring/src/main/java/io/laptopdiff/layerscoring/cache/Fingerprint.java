package io.laptopdiff.layerscoring.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names a list of values: SHA-256 of them in their order. */
public final class Fingerprint {

    private static final int NAME_DIGITS = 32;

    private final MessageDigest digest = sha256();

    /** With its length, so that no two lists of values look the same. */
    public Fingerprint add(Object value) {
        byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return this;
    }

    /** A name for a file or directory; nothing can be added after it. */
    public String name() {
        return HexFormat.of().formatHex(digest.digest()).substring(0, NAME_DIGITS);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
