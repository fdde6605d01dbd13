package io.laptopdiff.estimation;

/**
 * What one stage of a run will take.
 *
 * @param stage such as "scoring" or "distillation half"
 * @param memoryBytes that its worker holds at most beside what an idle process does
 * @param seconds of work, by one worker on this machine; {@link Double#NaN} where not measured
 * @param diskBytes that it leaves
 */
public record StageEstimate(String stage, long memoryBytes, double seconds, long diskBytes) {

    static StageEstimate untimed(String stage, long memoryBytes, long diskBytes) {
        return new StageEstimate(stage, memoryBytes, Double.NaN, diskBytes);
    }

    StageEstimate taking(double measured) {
        return new StageEstimate(stage, memoryBytes, measured, diskBytes);
    }
}
