package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;

/**
 * The teacher was read and the calibration set cut into tasks. Carries the whole request, so that
 * the planner needs no other topic.
 *
 * @param teacherParameters of the teacher's U-Net
 * @param units how many it has
 */
public record ScoringStarted(
        String runId, Instant occurredAt, RunSpec spec, long teacherParameters, int units)
        implements Event {
    public ScoringStarted {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.present("spec", spec);
        Require.atLeast("teacherParameters", teacherParameters, 1L);
        Require.atLeast("units", units, 1);
    }

    @Override
    public String id() {
        return runId + "/scoring/started";
    }
}
