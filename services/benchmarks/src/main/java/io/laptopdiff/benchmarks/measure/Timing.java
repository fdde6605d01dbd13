package io.laptopdiff.benchmarks.measure;

/** Wall-clock times. The quickest of several is what the machine can do when left alone. */
final class Timing {
    private static final double NANOS = 1e9;

    private Timing() {}

    static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / NANOS;
    }

    /** One run warms up. */
    static double quickest(int times, Runnable work) {
        work.run();
        double quickest = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            quickest = Math.min(quickest, seconds(work));
        }
        return quickest;
    }
}
