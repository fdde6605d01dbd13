package io.laptopdiff.contracts;

import java.time.Instant;

/** Anything that travels on a topic. */
public sealed interface Message permits Event, Command, RunStatus {
    /** The run it belongs to; safe as a file name. */
    String runId();

    /** When that happened which it reports, or when it was asked for. */
    Instant occurredAt();

    /** Derived from what it reports, so that a repeat is recognised. */
    String id();
}
