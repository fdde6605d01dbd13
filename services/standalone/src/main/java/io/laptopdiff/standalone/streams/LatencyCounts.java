package io.laptopdiff.standalone.streams;

/** Latencies in steps of a tenth of a millisecond, up to a minute. One thread writes. */
final class LatencyCounts {
    private static final int PER_MILLI = 10;
    private static final int MOST = 60_000 * PER_MILLI;
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] counts = new long[MOST + 1];
    private long total;

    void add(long nanos) {
        int step = (int) Math.max(0, Math.min(MOST, nanos * PER_MILLI / NANOS_PER_MILLI));
        counts[step]++;
        total++;
    }

    long total() {
        return total;
    }

    /** Milliseconds that this share of all stayed at or under; 0 of none. */
    double quantile(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int step = 0; step <= MOST; step++) {
            seen += counts[step];
            if (seen >= wanted && seen > 0) {
                return (step + 1.0) / PER_MILLI;
            }
        }
        return 0;
    }
}
