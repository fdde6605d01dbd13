package io.laptopdiff.messaging.jobs;

/** Why a job should stop before its end. */
public enum StopReason {
    /** Someone cancelled the run; the record counts as done. */
    CANCELLED,
    /** The record's partition went to another worker, which gets the record again. */
    REVOKED,
    /** Another worker does the work, though this one's consumer never heard that it lost it. */
    REPLACED,
    /** This process ends; whoever gets the partition gets the record again. */
    SHUTTING_DOWN
}
