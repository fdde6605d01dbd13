package io.laptopdiff.messaging.jobs;

/** Why a job should stop before its end. */
public enum StopReason {
    /** Someone cancelled the run; the record counts as done. */
    CANCELLED(true),
    /** The record's partition went to another worker, which gets the record again. */
    REVOKED(false),
    /** This process ends; whoever gets the partition gets the record again. */
    SHUTTING_DOWN(false);

    private final boolean done;

    StopReason(boolean done) {
        this.done = done;
    }

    boolean done() {
        return done;
    }
}
