package io.laptopdiff.standalone.streams;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * A line or a record that may tell of a distillation's step. It is looked into by bytes: whoever
 * measures shares the cores with what is measured, and parsing would cost more than what it reads.
 *
 * @param bytes from the first to before {@code length}
 */
record ProgressText(byte[] bytes, int length) {
    private static final byte[] TIME = ascii("\"occurredAt\":\"");
    private static final byte[] STEP = ascii("\"step\":");
    private static final byte[] PROGRESS = ascii("\"type\":\"DistillationProgressed\"");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    boolean isProgress() {
        return indexOf(PROGRESS) >= 0;
    }

    int step() {
        return Integer.parseInt(between(STEP, ','));
    }

    /** Returns when the event was made, just before it was sent. */
    Instant sent() {
        return Instant.parse(sentText());
    }

    String sentText() {
        return between(TIME, '"');
    }

    /** Returns where the text begins; -1 if it is nowhere. */
    private int indexOf(byte[] wanted) {
        for (int i = 0; i <= length - wanted.length; i++) {
            if (bytes[i] == wanted[0]
                    && bytes[i + 1] == wanted[1]
                    && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    private String between(byte[] before, char after) {
        int begin = indexOf(before) + before.length;
        int end = begin;
        while (bytes[end] != after) {
            end++;
        }
        return new String(bytes, begin, end - begin, StandardCharsets.US_ASCII);
    }
}
