package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * Tells that no more slices are asked for.
 *
 * @param samples that the scores are taken over
 * @param slices that were scored
 * @param stable the plans did not change within the standard errors; false: the samples ended first
 */
public record ScoringSettled(
        String runId, Instant occurredAt, long samples, int slices, boolean stable)
        implements Event {
    public ScoringSettled {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.atLeast("samples", samples, 1L);
        Require.atLeast("slices", slices, 1);
    }

    @Override
    public String topic() {
        return Topics.SCORES;
    }

    @Override
    public String id() {
        return runId + "/scoring/settled";
    }
}
