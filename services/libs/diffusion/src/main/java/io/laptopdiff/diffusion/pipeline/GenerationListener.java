package io.laptopdiff.diffusion.pipeline;

/**
 * A listener that hears of every step. What it throws ends the generation and reaches the caller;
 * nothing is left behind.
 */
@FunctionalInterface
public interface GenerationListener {

    /**
     * Hears that a step of a batch is done.
     *
     * @param step how many steps of all batches are done
     * @param steps how many there are in all
     */
    void afterStep(int step, int steps);
}
