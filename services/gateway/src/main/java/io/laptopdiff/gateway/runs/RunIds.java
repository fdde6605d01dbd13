package io.laptopdiff.gateway.runs;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Ids that people can read and that sort by time: 20260301-120000-k7f3. */
public final class RunIds {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** Without the letters and digits that look alike. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private static final int LETTERS = 4;
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
}
