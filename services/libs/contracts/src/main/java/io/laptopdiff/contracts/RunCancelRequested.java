package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/** Tells that someone wants a run to stop; what is done already stays. */
public record RunCancelRequested(String runId, Instant occurredAt) implements Event {
    public RunCancelRequested {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
    }

    @Override
    public String topic() {
        return Topics.RUNS;
    }

    @Override
    public String id() {
        return runId + "/cancel-requested";
    }
}
