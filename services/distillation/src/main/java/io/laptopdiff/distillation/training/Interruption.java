package io.laptopdiff.distillation.training;

/** Says whether a training that is going on is still wanted here. */
public interface Interruption {

    /** Never interrupts. */
    Interruption NONE = () -> false;

    /** Whether to stop at the next step. */
    boolean requested();

    /** Whether what was done since the last checkpoint is to be saved before stopping. */
    default boolean savesProgress() {
        return false;
    }
}
