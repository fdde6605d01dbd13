package io.laptopdiff.evaluation.comparison;

/** An evaluation ended early because nobody here should go on with it; nothing was written. */
public final class EvaluationStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationStoppedException() {
        super("the evaluation was stopped", null, false, false);
    }
}
