package io.laptopdiff.distillation.messaging;

import io.laptopdiff.distillation.training.Interruption;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.StopReason;
import java.util.Optional;

/** A training hears what its job hears. */
record JobInterruption(JobContext job) implements Interruption {
    @Override
    public boolean requested() {
        return job.shouldStop();
    }

    /**
     * Returns true unless the run was cancelled, or another worker already goes on from what is on
     * disk.
     */
    @Override
    public boolean savesProgress() {
        return job.stopReason().equals(Optional.of(StopReason.SHUTTING_DOWN));
    }
}
