package io.laptopdiff.distillation.training;

/** Says whether a training that is going on is still wanted here. */
public interface Interruption {

    /** An interruption that never happens. */
    Interruption NONE = () -> false;

    /** Returns whether to stop at the next step. */
    boolean requested();

    /** Returns whether what was done since the last checkpoint is to be saved before stopping. */
    default boolean savesProgress() {
        return false;
    }
}
