package io.laptopdiff.evaluation.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Compares how long things take on one machine. They take turns, and every other round in reverse order, so that noise
 * and warmth of the machine meet all alike; the median leaves out what else disturbed single passes.
 */
public final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final int warmUps;
    private final int rounds;
    private final LongSupplier nanoTime;

    /**
     * @param warmUps passes of each before the first that counts
     * @param rounds passes of each that count
     */
    public Latencies(int warmUps, int rounds) {
        this(warmUps, rounds, System::nanoTime);
    }

    Latencies(int warmUps, int rounds, LongSupplier nanoTime) {
        if (warmUps < 0 || rounds < 1) {
            throw new IllegalArgumentException(
                    "warmUps = " + warmUps + ", rounds = " + rounds + ": at least 0 and 1");
        }
        this.warmUps = warmUps;
        this.rounds = rounds;
        this.nanoTime = nanoTime;
    }

    /** Hears of every round, the warm-ups included; what it throws ends the measuring. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param done rounds
         * @param total rounds
         */
        void afterRound(int done, int total);
    }

    /**
     * The median of each.
     *
     * @param passes must be done when they return
     * @return milliseconds, in the order of the passes
     */
    public double[] medians(List<Runnable> passes, Listener listener) {
        double[][] millis = new double[passes.size()][rounds];
        for (int round = -warmUps; round < rounds; round++) {
            for (int turn : order(passes.size(), round)) {
                long begin = nanoTime.getAsLong();
                passes.get(turn).run();
                if (round >= 0) {
                    millis[turn][round] = (nanoTime.getAsLong() - begin) / NANOS_PER_MILLI;
                }
            }
            listener.afterRound(round + warmUps + 1, rounds + warmUps);
        }
        return Arrays.stream(millis).mapToDouble(Latencies::median).toArray();
    }

    private static List<Integer> order(int passes, int round) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < passes; i++) {
            order.add(round % 2 == 0 ? i : passes - 1 - i);
        }
        return order;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
