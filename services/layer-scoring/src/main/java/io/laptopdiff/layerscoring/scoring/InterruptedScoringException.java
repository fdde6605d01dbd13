package io.laptopdiff.layerscoring.scoring;

/** The work was no longer wanted; nothing of it counts. */
public final class InterruptedScoringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InterruptedScoringException() {
        super("Scoring was interrupted");
    }
}
