package io.laptopdiff.pruningplanner.additivity;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How two series go together.
 *
 * @param pearson linear correlation
 * @param spearman correlation of the ranks, of equal values the mean rank
 * @param slope of the least-squares line of y over x
 */
record Correlation(double pearson, double spearman, double slope) {
    private static final int FEWEST = 3;

    /** Correlates two series; empty below three points and where either series is constant. */
    static Optional<Correlation> of(double[] x, double[] y) {
        double sxx = products(x, x);
        double syy = products(y, y);
        if (x.length < FEWEST || !(sxx > 0) || !(syy > 0)) {
            return Optional.empty();
        }
        double slope = products(x, y) / sxx;
        return Double.isFinite(slope)
                ? Optional.of(new Correlation(pearson(x, y), pearson(ranks(x), ranks(y)), slope))
                : Optional.empty();
    }

    private static double pearson(double[] x, double[] y) {
        double r = products(x, y) / Math.sqrt(products(x, x)) / Math.sqrt(products(y, y));
        return Math.max(-1, Math.min(1, r));
    }

    /** Returns the sum of the products of the deviations from the means. */
    private static double products(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(0);
        double meanY = Arrays.stream(y).average().orElse(0);
        return IntStream.range(0, x.length).mapToDouble(i -> (x[i] - meanX) * (y[i] - meanY)).sum();
    }

    private static double[] ranks(double[] values) {
        return Arrays.stream(values)
                .map(
                        value -> {
                            long below = Arrays.stream(values).filter(v -> v < value).count();
                            long equal = Arrays.stream(values).filter(v -> v == value).count();
                            return below + (equal + 1) / 2.0;
                        })
                .toArray();
    }
}
