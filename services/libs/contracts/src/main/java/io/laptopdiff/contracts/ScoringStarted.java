package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;
import java.util.List;

/**
 * The teacher was read and the calibration set cut into tasks. Carries the whole request, so that
 * the planner needs no other topic.
 *
 * @param teacherParameters of the teacher's U-Net
 * @param units how many it has
 * @param notes what of the teacher's files is corrected or ignored, a sentence each, such as
 *     "unet/config.json: ignored, as diffusers ignores them: decay"; empty where all is taken as it
 *     stands, and in events of before these notes
 */
public record ScoringStarted(
        String runId,
        Instant occurredAt,
        RunSpec spec,
        long teacherParameters,
        int units,
        @Default("[]") List<String> notes)
        implements Event {
    public ScoringStarted {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.present("spec", spec);
        Require.atLeast("teacherParameters", teacherParameters, 1L);
        Require.atLeast("units", units, 1);
        notes = Require.list("notes", notes);
    }

    /** Makes the event of a teacher that is taken as its files say. */
    public ScoringStarted(
            String runId, Instant occurredAt, RunSpec spec, long teacherParameters, int units) {
        this(runId, occurredAt, spec, teacherParameters, units, List.of());
    }

    @Override
    public String topic() {
        return Topics.SCORES;
    }

    @Override
    public String id() {
        return runId + "/scoring/started";
    }
}
