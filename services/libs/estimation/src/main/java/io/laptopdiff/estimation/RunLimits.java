package io.laptopdiff.estimation;

/**
 * What a run may take.
 *
 * @param scoringBytes of memory that the process may hold while it scores
 * @param distillationBytes while it distils
 * @param evaluationBytes while it evaluates
 * @param memoryBytes while it does anything else
 * @param diskBytes free where results are kept
 */
public record RunLimits(
        long scoringBytes,
        long distillationBytes,
        long evaluationBytes,
        long memoryBytes,
        long diskBytes) {

    /** The limits of a machine that has everything. */
    public static final RunLimits NONE =
            new RunLimits(
                    Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
}
