package io.laptopdiff.gateway.runs;

import io.laptopdiff.common.Sha256;
import io.laptopdiff.contracts.json.Require;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Ids that people can read and that sort by time: 20260301-120000-k7f3. */
public final class RunIds {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** The alphabet without the letters and digits that look alike. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private static final int LETTERS = 4;
    private static final int KEY_DIGITS = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RunIds() {}

    /** Returns another id at every call; whoever asks for a run may choose it by this. */
    public static String next(Instant now) {
        StringBuilder id = new StringBuilder(TIME.format(now)).append('-');
        for (int i = 0; i < LETTERS; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /**
     * Returns the id of a key, always the same of the same key, whichever gateway is asked.
     *
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if the key is none
     */
    public static String ofKey(String idempotencyKey) {
        Require.that(
                idempotencyKey.matches("[!-~]{1,255}"),
                "Idempotency-Key",
                "'" + idempotencyKey + "'",
                "it must be 1 to 255 visible ASCII characters");
        return "key-" + Sha256.hex(idempotencyKey).substring(0, KEY_DIGITS);
    }
}
