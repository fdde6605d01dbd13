package io.laptopdiff.layerscoring.scoring;

/** Says whether work that is going on is still wanted. */
@FunctionalInterface
public interface Interruption {

    /** An interruption that never happens. */
    Interruption NONE = () -> false;

    /** Returns whether the work shall stop at the next unit. */
    boolean requested();

    /**
     * Goes on, or ends the work.
     *
     * @throws InterruptedScoringException if it shall stop
     */
    default void check() {
        if (requested()) {
            throw new InterruptedScoringException();
        }
    }
}
