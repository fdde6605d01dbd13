package io.laptopdiff.standalone.follow;

import java.time.Duration;

/**
 * How long a client waits for a gateway to come to itself.
 *
 * @param pause between two attempts
 * @param unknownRun for a run that the gateway does not know
 * @param silence while it cannot be reached, or is starting
 */
public record Patience(Duration pause, Duration unknownRun, Duration silence) {

    /** A gateway that starts again is back within the longest of these. */
    public static final Patience USUAL =
            new Patience(Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofMinutes(2));
}
