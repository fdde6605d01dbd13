package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Precision;
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
 * @param precision of the passes, as the units were scored
 */
public record MeasureRemovals(
        String runId,
        Instant occurredAt,
        String purpose,
        String teacher,
        CalibrationSpec calibration,
        int slice,
        List<List<String>> sets,
        @Default("\"fp32\"") Precision precision)
        implements Command {
    public MeasureRemovals {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.name("purpose", purpose);
        Require.text("teacher", teacher);
        Require.present("calibration", calibration);
        Slice.require(slice, calibration.slices());
        sets = Slice.requireSets(sets);
        Require.present("precision", precision);
    }

    /** Makes the command for fp32. */
    public MeasureRemovals(
            String runId,
            Instant occurredAt,
            String purpose,
            String teacher,
            CalibrationSpec calibration,
            int slice,
            List<List<String>> sets) {
        this(runId, occurredAt, purpose, teacher, calibration, slice, sets, Precision.FP32);
    }

    @Override
    public String taskId() {
        return Slice.taskId(runId, purpose, slice);
    }

    @Override
    public String topic() {
        return Topics.SCORING_TASKS;
    }

    @Override
    public String id() {
        return taskId() + "/asked";
    }
}
