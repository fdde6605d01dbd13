package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.CalibrationSpec;
import java.time.Instant;

/**
 * Score every unit of the teacher on one slice of the calibration set.
 *
 * @param teacher location of the teacher's diffusers directory
 * @param calibration the whole set and its cut
 * @param slice from 0 to calibration.slices - 1
 */
public record ScoreUnits(
        String runId, Instant occurredAt, String teacher, CalibrationSpec calibration, int slice)
        implements Command {
    public ScoreUnits {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.text("teacher", teacher);
        Require.present("calibration", calibration);
        Slice.require(slice, calibration.slices());
    }

    /** The key on its topic, so that tasks spread over workers. */
    public String taskId() {
        return Slice.taskId(runId, slice);
    }

    @Override
    public String id() {
        return taskId() + "/asked";
    }
}
