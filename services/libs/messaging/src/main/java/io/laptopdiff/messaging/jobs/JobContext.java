package io.laptopdiff.messaging.jobs;

import java.util.Optional;
import java.util.function.Supplier;

/** What a job is told while it runs. */
public final class JobContext {
    private final Supplier<Optional<StopReason>> reason;
    private volatile StopReason noticed;

    JobContext(Supplier<Optional<StopReason>> reason) {
        this.reason = reason;
    }

    /**
     * Ask at every step: cheap, and from any thread. Once true, it stays true; save what is worth
     * saving and return.
     */
    public boolean shouldStop() {
        if (noticed == null) {
            noticed = reason.get().orElse(null);
        }
        return noticed != null;
    }

    /** Leaves the work to another worker, who has it already: the record is not acknowledged. */
    public void leave() {
        if (noticed == null) {
            noticed = StopReason.REPLACED;
        }
    }

    /** Empty as long as {@link #shouldStop} has not said true, and nothing was left. */
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(noticed);
    }
}
