package io.laptopdiff.evaluation.metrics;

import io.laptopdiff.estimation.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Compares how long things take on one machine. They take turns, and every other round in reverse
 * order, so that noise and warmth of the machine meet all alike; the median leaves out what else
 * disturbed single passes.
 */
public final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final int warmUps;
    private final int rounds;
    private final long enoughNanos;
    private final LongSupplier nanoTime;

    /**
     * @param warmUps passes of each before the first that counts
     * @param rounds passes of each that count, at most
     * @param enough after this time, {@link WorkerSettings#FEWEST_LATENCY_PASSES} will do
     */
    public Latencies(int warmUps, int rounds, Duration enough) {
        this(warmUps, rounds, enough, System::nanoTime);
    }

    Latencies(int warmUps, int rounds, Duration enough, LongSupplier nanoTime) {
        if (warmUps < 0 || rounds < 1) {
            throw new IllegalArgumentException(
                    "warmUps = " + warmUps + ", rounds = " + rounds + ": at least 0 and 1");
        }
        this.warmUps = warmUps;
        this.rounds = rounds;
        this.enoughNanos = enough.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * What was measured.
     *
     * @param medianMillis in the order of the passes
     * @param rounds passes of each that the medians are of
     */
    public record Medians(double[] medianMillis, int rounds) {}

    /**
     * Hears of every round, the warm-ups included, and of rounds left out as done; what it throws
     * ends the measuring.
     */
    @FunctionalInterface
    public interface Listener {
        /**
         * A round is done.
         *
         * @param done rounds
         * @param total rounds
         */
        void afterRound(int done, int total);
    }

    /**
     * Measures the latency of passes.
     *
     * @param passes must be done when they return
     */
    public Medians of(List<Runnable> passes, Listener listener) {
        double[][] millis = new double[passes.size()][rounds];
        long begin = nanoTime.getAsLong();
        int counted = 0;
        for (int round = -warmUps; round < rounds; round++) {
            for (int turn : order(passes.size(), round)) {
                long start = nanoTime.getAsLong();
                passes.get(turn).run();
                if (round >= 0) {
                    millis[turn][round] = (nanoTime.getAsLong() - start) / NANOS_PER_MILLI;
                }
            }
            counted = Math.max(0, round + 1);
            boolean enough =
                    counted >= WorkerSettings.FEWEST_LATENCY_PASSES
                            && nanoTime.getAsLong() - begin >= enoughNanos;
            listener.afterRound(enough ? warmUps + rounds : warmUps + round + 1, warmUps + rounds);
            if (enough) {
                break;
            }
        }
        int kept = counted;
        return new Medians(
                Arrays.stream(millis)
                        .mapToDouble(all -> median(Arrays.copyOf(all, kept)))
                        .toArray(),
                kept);
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
