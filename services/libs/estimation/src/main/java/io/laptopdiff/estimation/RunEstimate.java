package io.laptopdiff.estimation;

import java.util.List;

/**
 * What a whole run will take on this machine, one stage after the other.
 *
 * @param stages in the order of the run
 * @param diskBytes of all stages at the fullest moment: a checkpoint more than stays
 */
public record RunEstimate(List<StageEstimate> stages, long diskBytes) {

    /** The fullest stage's. */
    public long memoryBytes() {
        return stages.stream().mapToLong(StageEstimate::memoryBytes).max().orElse(0);
    }

    public double seconds() {
        return stages.stream().mapToDouble(StageEstimate::seconds).sum();
    }

    /** Returns the disk bytes that stay of all stages. */
    public long diskBytesInTheEnd() {
        return stages.stream().mapToLong(StageEstimate::diskBytes).sum();
    }
}
