package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.StageFailed;
import java.time.Duration;

/** What came of a job, or of one attempt at it. */
sealed interface JobOutcome {

    /** Returns whether its record is acknowledged, so that nobody gets it again. */
    default boolean isAcknowledged() {
        return !(this instanceof Left || this instanceof TryAgain);
    }

    /** The work is done, now or before. */
    record Done() implements JobOutcome {}

    /** Somebody cancelled the run. */
    record Cancelled() implements JobOutcome {}

    /**
     * The work is left to another worker, or to this one's next process.
     *
     * @param why it was left
     */
    record Left(StopReason why) implements JobOutcome {}

    /**
     * An attempt broke off, and the next one may do better.
     *
     * @param pause before the next attempt
     * @param why the attempt broke off
     */
    record TryAgain(Duration pause, Throwable why) implements JobOutcome {}

    /**
     * Trying again would not help, or was tried often enough.
     *
     * @param failure is told once it is certain
     */
    record Failed(StageFailed failure) implements JobOutcome {}

    /**
     * Returns what comes of a job that returned.
     *
     * @param job that may have been told to stop
     */
    static JobOutcome of(JobContext job) {
        if (job.stopReason().isEmpty()) {
            return new Done();
        }
        StopReason why = job.stopReason().get();
        return why == StopReason.CANCELLED ? new Cancelled() : new Left(why);
    }
}
