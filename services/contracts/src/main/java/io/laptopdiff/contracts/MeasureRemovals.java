package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.CalibrationSpec;
import java.time.Instant;
import java.util.List;

/**
 * Measure the joint output loss of sets of units on one slice of the calibration set.
 *
 * @param purpose what the planner asks it for, unique in the run
 * @param teacher location of the teacher's diffusers directory
 * @param calibration the whole set and its cut
 * @param slice from 0 to calibration.slices - 1
 * @param sets of diffusers module paths, each removed together
 */
public record MeasureRemovals(
        String runId,
        Instant occurredAt,
        String purpose,
        String teacher,
        CalibrationSpec calibration,
        int slice,
        List<List<String>> sets)
        implements Command {
    public MeasureRemovals {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.name("purpose", purpose);
        Require.text("teacher", teacher);
        Require.present("calibration", calibration);
        Slice.require(slice, calibration.slices());
        sets = Slice.requireSets(sets);
    }

    /** The key on its topic, so that tasks spread over workers. */
    public String taskId() {
        return Slice.taskId(runId, purpose, slice);
    }

    @Override
    public String id() {
        return taskId() + "/asked";
    }
}
