package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;
import java.util.OptionalDouble;

/**
 * Sums over samples, which add up in any order.
 *
 * @param count samples
 * @param sum of their values
 * @param sumOfSquares of their values
 */
public record Moments(long count, double sum, double sumOfSquares) {
    public static final Moments NONE = new Moments(0, 0, 0);

    public Moments {
        Require.atLeast("count", count, 0L);
        Require.finite("sum", sum);
        Require.atLeast("sumOfSquares", sumOfSquares, 0.0);
        Require.that(
                count > 0 || (sum == 0 && sumOfSquares == 0),
                "count",
                count,
                "sums over no samples must be 0");
    }

    public Moments plus(Moments other) {
        return new Moments(count + other.count, sum + other.sum, sumOfSquares + other.sumOfSquares);
    }

    public Moments plus(double value) {
        return new Moments(count + 1, sum + value, sumOfSquares + value * value);
    }

    /** Returns the mean; empty without samples. */
    public OptionalDouble mean() {
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
    }

    /** Returns sqrt(s^2 / n) with the unbiased s^2; empty below two samples. */
    public OptionalDouble standardError() {
        if (count < 2) {
            return OptionalDouble.empty();
        }
        // Rounding can make the difference of two nearly equal sums a little negative.
        double variance = Math.max(0, (sumOfSquares - sum * sum / count) / (count - 1));
        return OptionalDouble.of(Math.sqrt(variance / count));
    }
}
