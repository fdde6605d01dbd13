package io.laptopdiff.standalone.follow;

import java.net.URI;

/** The gateway goes on saying that it knows no such run. */
public final class UnknownRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownRunException(String runId, URI gateway) {
        super(
                "the gateway knows no run '"
                        + runId
                        + "' ("
                        + gateway
                        + "); see the list there, or ask for the run again if the broker's data was"
                        + " removed");
    }
}
