package io.laptopdiff.evaluation.comparison;

/** Follows an evaluation for whoever asked for it: hears how far it is, and can end it. */
public interface Watcher {
    /** Returns true to end the evaluation; asked at every step of the sampler and at every pass. */
    boolean shouldStop();

    /**
     * Hears of progress at every step, so it must be cheap.
     *
     * @param phase "teacher images", "student images" or "latency"
     * @param done pieces of the phase: images, or passes
     * @param total pieces of the phase, at least 1
     * @param secondsLeft estimated until the whole evaluation is done
     */
    void progressed(String phase, int done, int total, double secondsLeft);

    /**
     * Ends the evaluation where it should stop.
     *
     * @throws EvaluationStoppedException if the evaluation should stop
     */
    default void check() {
        if (shouldStop()) {
            throw new EvaluationStoppedException();
        }
    }
}
