package io.laptopdiff.diffusion.dataset;

import java.nio.charset.StandardCharsets;

/** Numbers and names in an image file's bytes; outside of them there is nothing, and no error. */
record ByteReader(byte[] content) {

    /** Returns an unsigned byte, or -1 behind the end. */
    int byteAt(long position) {
        return position < 0 || position >= content.length ? -1 : content[(int) position] & 0xFF;
    }

    /** Returns the number in two bytes, or -1 where one of them is behind the end. */
    int shortAt(long position, boolean littleEndian) {
        int first = byteAt(position);
        int second = byteAt(position + 1);
        if (first < 0 || second < 0) {
            return -1;
        }
        return littleEndian ? second << 8 | first : first << 8 | second;
    }

    /** Returns the number in four bytes without sign, or -1 where one of them is behind the end. */
    long intAt(long position, boolean littleEndian) {
        long first = shortAt(position, littleEndian);
        long second = shortAt(position + 2, littleEndian);
        if (first < 0 || second < 0) {
            return -1;
        }
        return littleEndian ? second << 16 | first : first << 16 | second;
    }

    /** Returns whether these ASCII characters stand at a position. */
    boolean hasAt(long position, String text) {
        byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < expected.length; i++) {
            if (byteAt(position + i) != (expected[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
