package io.laptopdiff.contracts;

import java.time.Instant;

/** Anything that travels on a topic. */
public sealed interface Message permits Event, Command, RunStatus {
    /** The run it belongs to; safe as a file name. */
    String runId();

    /** Returns when that happened which the message reports, or when it was asked for. */
    Instant occurredAt();

    /** The topic that carries it, one of {@link Topics}. */
    String topic();

    /** Returns what the message is partitioned by on its topic. */
    default String key() {
        return runId();
    }

    /** Returns the id, derived from what the message reports, so that a repeat is recognised. */
    String id();
}
