package io.laptopdiff.gateway.files;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of bytes of a file.
 *
 * @param first offset of the first
 * @param last offset of the last
 */
public record ByteRange(long first, long last) {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * The range that a Range header asks for (RFC 9110, section 14). Several ranges, other units
     * and what makes no sense ask for the whole, as the standard allows.
     *
     * @param length of the file
     * @throws UnsatisfiableRangeException if no byte of it is there
     */
    public static Optional<ByteRange> of(String header, long length) {
        Matcher range = RANGE.matcher(header == null ? "" : header.strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return Optional.empty();
        }
        long first;
        long last = length - 1;
        if (range.group(1).isEmpty()) {
            long wanted = Long.parseLong(range.group(2));
            first = wanted == 0 ? length : Math.max(0, length - wanted);
        } else {
            first = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty()) {
                long end = Long.parseLong(range.group(2));
                if (end < first) {
                    return Optional.empty();
                }
                last = Math.min(last, end);
            }
        }
        if (first >= length) {
            throw new UnsatisfiableRangeException(header, length);
        }
        return Optional.of(new ByteRange(first, last));
    }

    /** Returns the range as Content-Range has it. */
    public String of(long length) {
        return "bytes " + first + "-" + last + "/" + length;
    }

    public long count() {
        return last - first + 1;
    }
}
