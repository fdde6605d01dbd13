package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.json.Require;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Ids that people can read and that sort by time: 20260301-120000-k7f3. */
public final class RunIds {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** Without the letters and digits that look alike. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private static final int LETTERS = 4;
    private static final int KEY_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RunIds() {}

    /** Another one at every call; whoever asks for a run may choose it by this. */
    public static String next(Instant now) {
        StringBuilder id = new StringBuilder(TIME.format(now)).append('-');
        for (int i = 0; i < LETTERS; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /**
     * Always the same of the same key, whichever gateway is asked.
     *
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if the key is none
     */
    public static String ofKey(String idempotencyKey) {
        Require.that(
                idempotencyKey.matches("[!-~]{1,255}"),
                "Idempotency-Key",
                "'" + idempotencyKey + "'",
                "it must be 1 to 255 visible ASCII characters");
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(idempotencyKey.getBytes(StandardCharsets.UTF_8));
            return "key-" + HexFormat.of().formatHex(hash, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
