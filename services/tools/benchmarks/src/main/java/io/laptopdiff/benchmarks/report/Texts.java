package io.laptopdiff.benchmarks.report;

import java.util.Locale;

/** Figures as people read them. */
final class Texts {

    private Texts() {}

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }

    static String rate(double flops) {
        return String.format(Locale.ROOT, "%.0f GFLOP/s", flops / 1e9);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.3f", ratio);
    }

    static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f times", ratio);
    }

    static String small(double value) {
        return String.format(Locale.ROOT, "%.1e", value);
    }

    static String gigabytes(double bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    static String millions(double count) {
        return String.format(Locale.ROOT, "%.1f M", count / 1e6);
    }

    static String microseconds(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f µs" : "%,.0f µs", value);
    }
}
