package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;

/** Tells that someone wants a run; written by the gateway or by anyone else. */
public record RunRequested(String runId, Instant occurredAt, RunSpec spec) implements Event {
    public RunRequested {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.present("spec", spec);
    }

    @Override
    public String topic() {
        return Topics.RUNS;
    }

    @Override
    public String id() {
        return runId + "/requested";
    }
}
