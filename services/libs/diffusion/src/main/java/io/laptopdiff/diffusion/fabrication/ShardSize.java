package io.laptopdiff.diffusion.fabrication;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most bytes of tensors that one weight file holds, as Hugging Face writes it: {@code 2GB},
 * {@code 500MiB}.
 *
 * @param bytes positive
 */
public record ShardSize(long bytes) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\s*(B|[KMG]B|[KMG]IB)");

    private static final Map<String, Long> UNITS =
            Map.of(
                    "B", 1L,
                    "KB", 1000L,
                    "MB", 1_000_000L,
                    "GB", 1_000_000_000L,
                    "KIB", 1L << 10,
                    "MIB", 1L << 20,
                    "GIB", 1L << 30);

    public ShardSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException("bytes " + bytes + ": must be positive");
        }
    }

    /**
     * Reads a number and its unit.
     *
     * @throws IllegalArgumentException if it is no size
     */
    public static ShardSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException(
                    "'" + text + "': must be a positive number and a unit, such as 2GB or 500MiB");
        }
        return new ShardSize(
                Math.multiplyExact(
                        Long.parseLong(matcher.group(1)), (long) UNITS.get(matcher.group(2))));
    }
}
