package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/** Someone wants a run to stop; what is done already stays. */
public record RunCancelRequested(String runId, Instant occurredAt) implements Event {
    public RunCancelRequested {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
    }

    @Override
    public String id() {
        return runId + "/cancel-requested";
    }
}
