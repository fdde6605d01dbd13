package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.layerscoring.scoring.InterruptedScoringException;
import io.laptopdiff.layerscoring.scoring.ScoringException;
import io.laptopdiff.messaging.jobs.JobFailedException;
import java.util.function.Supplier;

/** Failures of the domain in the form that jobs report. */
final class Reported {
    private Reported() {}

    /**
     * @param doing names the work for failures that do not say where they arose
     */
    static <T> T failures(String doing, Supplier<T> work) {
        try {
            return work.get();
        } catch (InterruptedScoringException e) {
            throw e;
        } catch (RuntimeException e) {
            ScoringException failure = ScoringException.of(e, doing);
            throw new JobFailedException(failure.what(), failure.where(), failure.howToFix(), e);
        }
    }
}
