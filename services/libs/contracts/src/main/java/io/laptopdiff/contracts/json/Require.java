package io.laptopdiff.contracts.json;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The rules that constructors of message records hold their fields to. */
public final class Require {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Require() {}

    public static <T> T present(String field, T value) {
        if (value == null) {
            throw new InvalidMessageException(field, "absent", "it is required");
        }
        return value;
    }

    public static String text(String field, String value) {
        present(field, value);
        if (value.isBlank()) {
            throw new InvalidMessageException(field, "blank", "it must not be blank");
        }
        return value;
    }

    /** A name that is safe as a file name, a Kafka key and a part of a URL. */
    public static String name(String field, String value) {
        present(field, value);
        if (!NAME.matcher(value).matches() || value.contains("..")) {
            throw new InvalidMessageException(
                    field,
                    "'" + value + "'",
                    "it must be 1 to 64 letters, digits, '.', '_' or '-', start with a letter or"
                            + " digit and hold no '..'");
        }
        return value;
    }

    public static long atLeast(String field, long value, long minimum) {
        return hold(value >= minimum, field, value, "it must be at least " + minimum);
    }

    public static int atLeast(String field, int value, int minimum) {
        return hold(value >= minimum, field, value, "it must be at least " + minimum);
    }

    public static double finite(String field, double value) {
        return hold(Double.isFinite(value), field, value, "it must be a finite number");
    }

    public static double atLeast(String field, double value, double minimum) {
        return hold(
                Double.isFinite(value) && value >= minimum,
                field,
                value,
                "it must be a finite number of at least " + minimum);
    }

    public static double above(String field, double value, double limit) {
        return hold(
                Double.isFinite(value) && value > limit,
                field,
                value,
                "it must be a finite number above " + limit);
    }

    /** Requires a value within a range, both ends of which belong to it. */
    public static double within(String field, double value, double least, double most) {
        return hold(
                value >= least && value <= most,
                field,
                value,
                "it must be a number from " + least + " to " + most);
    }

    /** Requires a value between 0 and 1, neither of which belongs to the range. */
    public static double fraction(String field, double value) {
        return hold(
                value > 0 && value < 1,
                field,
                value,
                "it must be a number above 0 and below 1, such as 0.5 for half");
    }

    public static <T> List<T> list(String field, List<T> value) {
        present(field, value);
        for (int i = 0; i < value.size(); i++) {
            present(field + "[" + i + "]", value.get(i));
        }
        return List.copyOf(value);
    }

    public static <T> List<T> someOf(String field, List<T> value) {
        List<T> copy = list(field, value);
        that(!copy.isEmpty(), field, "an empty list", "it must hold at least one element");
        return copy;
    }

    public static <T> T oneOf(String field, T value, Collection<T> allowed) {
        present(field, value);
        that(
                allowed.contains(value),
                field,
                "'" + value + "'",
                "it must be one of " + allowed.stream().map(String::valueOf).sorted().toList());
        return value;
    }

    public static void that(boolean holds, String field, Object value, String rule) {
        if (!holds) {
            throw new InvalidMessageException(field, value, rule);
        }
    }

    private static <T> T hold(boolean holds, String field, T value, String rule) {
        that(holds, field, value, rule);
        return value;
    }
}
