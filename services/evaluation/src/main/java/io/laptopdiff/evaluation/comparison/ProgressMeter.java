package io.laptopdiff.evaluation.comparison;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How long an evaluation will still take, from what its phases cost and how long the cost so far
 * took.
 */
final class ProgressMeter {

    static final String TEACHER_IMAGES = "teacher images";
    static final String STUDENT_IMAGES = "student images";
    static final String LATENCY = "latency";

    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<String, Double> costs;
    private final Watcher watcher;
    private final LongSupplier nanoTime;
    private final long begin;

    /**
     * @param costs of each phase in any common unit, such as multiply-accumulates, in their order
     */
    ProgressMeter(Map<String, Double> costs, Watcher watcher, LongSupplier nanoTime) {
        this.costs = new LinkedHashMap<>(costs);
        this.watcher = watcher;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** Tells the watcher, and ends the evaluation if it says so. */
    void report(String phase, int done, int total) {
        watcher.check();
        double spent = 0;
        double all = 0;
        boolean before = true;
        for (Map.Entry<String, Double> cost : costs.entrySet()) {
            all += cost.getValue();
            if (cost.getKey().equals(phase)) {
                spent += cost.getValue() * done / total;
                before = false;
            } else if (before) {
                spent += cost.getValue();
            }
        }
        double elapsed = (nanoTime.getAsLong() - begin) / NANOS_PER_SECOND;
        double left = spent > 0 ? Math.max(0, elapsed * (all - spent) / spent) : 0;
        watcher.progressed(phase, done, total, left);
    }
}
