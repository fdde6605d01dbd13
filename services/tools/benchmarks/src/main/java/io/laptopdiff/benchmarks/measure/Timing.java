package io.laptopdiff.benchmarks.measure;

import java.util.function.LongSupplier;

/** Wall-clock times. The quickest of several is what the machine can do when left alone. */
final class Timing {
    private static final double NANOS = 1e9;

    /** The shortest time that is taken for one: thousands of a clock's ticks. */
    private static final long LEAST_NANOS = 10_000_000;

    private static final int BATCHES = 4; // the first may be one that warms up

    private Timing() {}

    static double seconds(Runnable work) {
        return nanos(work, 1, System::nanoTime) / NANOS;
    }

    /**
     * Returns what a call takes on average in the quickest of some batches, each of so many calls
     * that it lasts 10 ms or more. A difference of two times may come out as nothing; a whole batch
     * cannot.
     *
     * @param clock tells nanoseconds
     * @return seconds
     */
    static double perCall(Runnable call, LongSupplier clock) {
        double quickest = Double.MAX_VALUE;
        long calls = 1;
        int batches = 0;
        while (batches < BATCHES) {
            long taken = nanos(call, calls, clock);
            if (taken < LEAST_NANOS) {
                calls *= 2;
            } else {
                quickest = Math.min(quickest, (double) taken / calls);
                batches++;
            }
        }
        return quickest / NANOS;
    }

    private static long nanos(Runnable call, long calls, LongSupplier clock) {
        long begin = clock.getAsLong();
        for (long i = 0; i < calls; i++) {
            call.run();
        }
        return clock.getAsLong() - begin;
    }
}
