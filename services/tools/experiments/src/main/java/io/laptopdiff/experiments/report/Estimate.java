package io.laptopdiff.experiments.report;

import java.util.List;
import java.util.Locale;

/**
 * A figure over seeds.
 *
 * @param mean over the values; NaN without any
 * @param deviation standard deviation with n - 1; NaN below two values
 * @param count of the values
 */
public record Estimate(double mean, double deviation, int count) {
    private static final double SMALL = 0.01;

    public static Estimate of(List<Double> values) {
        int count = values.size();
        double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return new Estimate(mean, count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1)), count);
    }

    public boolean isThere() {
        return count > 0;
    }

    /** Returns text such as "12.3 ± 0.4"; a dash without any value. */
    public String text(int digits) {
        return text("%." + digits + "f");
    }

    /** Returns text for figures of any magnitude, such as "5.8e-05 ± 1.2e-06". */
    public String scientific() {
        boolean small = Math.abs(mean) < SMALL;
        return text(small ? "%.2e" : "%.3f");
    }

    private String text(String format) {
        if (!isThere()) {
            return "–";
        }
        String text = String.format(Locale.ROOT, format, mean);
        return count < 2 ? text : text + " ± " + String.format(Locale.ROOT, format, deviation);
    }
}
