package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/** Tells that someone wants nothing of an ended run to stay; its artifacts are gone already. */
public record RunDeleted(String runId, Instant occurredAt) implements Event {
    public RunDeleted {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
    }

    @Override
    public String topic() {
        return Topics.RUNS;
    }

    @Override
    public String id() {
        return runId + "/deleted";
    }
}
