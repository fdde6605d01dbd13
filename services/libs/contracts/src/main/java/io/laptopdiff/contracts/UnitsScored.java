package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.time.Instant;
import java.util.List;

/**
 * One slice of the calibration set was scored.
 *
 * @param slice from 0 to slices - 1
 * @param slices that the set was cut into
 * @param teacherParameters of the teacher's U-Net
 * @param units every unit of the teacher in execution order
 * @param seconds that the slice took
 * @param costs absent where they were not asked for
 */
public record UnitsScored(
        String runId,
        Instant occurredAt,
        int slice,
        int slices,
        long teacherParameters,
        List<UnitScore> units,
        double seconds,
        @MayBeAbsent UnitCosts costs)
        implements Event {
    public UnitsScored {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Slice.require(slice, slices);
        Require.atLeast("teacherParameters", teacherParameters, 1L);
        units = Require.someOf("units", units);
        Require.that(
                units.stream().map(UnitScore::unit).distinct().count() == units.size(),
                "units",
                units.stream().map(UnitScore::unit).toList(),
                "each unit is listed once");
        Require.atLeast("seconds", seconds, 0.0);
    }

    /** Makes the event without costs. */
    public UnitsScored(
            String runId,
            Instant occurredAt,
            int slice,
            int slices,
            long teacherParameters,
            List<UnitScore> units,
            double seconds) {
        this(runId, occurredAt, slice, slices, teacherParameters, units, seconds, null);
    }

    public String taskId() {
        return Slice.taskId(runId, slice);
    }

    @Override
    public String topic() {
        return Topics.SCORES;
    }

    @Override
    public String id() {
        return taskId() + "/scored";
    }
}
