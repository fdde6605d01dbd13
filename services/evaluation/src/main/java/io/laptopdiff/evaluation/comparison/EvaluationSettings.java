package io.laptopdiff.evaluation.comparison;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a worker measures, apart from what the run asks for.
 *
 * @param batchSize images drawn at once at most; changes speed and memory, and images by rounding
 *     only
 * @param latencyPasses of each U-Net that count, at most
 * @param latencyTime after this, fewer passes will do
 * @param memory bytes that the process may hold; empty: what the machine has
 */
public record EvaluationSettings(
        int batchSize, int latencyPasses, Duration latencyTime, OptionalLong memory) {

    public EvaluationSettings {
        requirePositive("batch-size", batchSize);
        requirePositive("latency-passes", latencyPasses);
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "laptopdiff.evaluation." + option + " = " + value + ": it must be at least 1");
        }
    }
}
