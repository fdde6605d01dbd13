package io.laptopdiff.diffusion.pipeline;

/**
 * Hears of every step. What it throws ends the generation and reaches the caller; nothing is left
 * behind.
 */
@FunctionalInterface
public interface GenerationListener {

    /**
     * A step of a batch is done.
     *
     * @param step how many steps of all batches are done
     * @param steps how many there are in all
     */
    void afterStep(int step, int steps);
}
