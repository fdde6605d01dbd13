package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import java.time.Instant;

/**
 * Score every unit of the teacher on one slice of the calibration set.
 *
 * @param teacher location of the teacher's diffusers directory
 * @param calibration the whole set and its cut
 * @param slice from 0 to calibration.slices - 1
 * @param scoring what is asked about each unit
 * @param scorer location of the CLIP model that the criterion clip-score goes by; absent where it
 *     is not asked for
 * @param costs also measure what each unit costs
 */
public record ScoreUnits(
        String runId,
        Instant occurredAt,
        String teacher,
        CalibrationSpec calibration,
        int slice,
        @Default("{}") ScoringSpec scoring,
        @MayBeAbsent String scorer,
        @Default("false") boolean costs)
        implements Command {
    public ScoreUnits {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.text("teacher", teacher);
        Require.present("calibration", calibration);
        Slice.require(slice, calibration.slices());
        Require.present("scoring", scoring);
        Require.that(
                scorer != null || !scoring.criteria().contains(Criterion.CLIP_SCORE),
                "scorer",
                "absent",
                "the criterion 'clip-score' needs it");
    }

    /** Makes the command for the output loss alone. */
    public ScoreUnits(
            String runId,
            Instant occurredAt,
            String teacher,
            CalibrationSpec calibration,
            int slice) {
        this(runId, occurredAt, teacher, calibration, slice, ScoringSpec.DEFAULT, null, false);
    }

    /**
     * Makes the command for one slice of what a run asks for; costs are measured with the first.
     */
    public static ScoreUnits of(String runId, Instant occurredAt, RunSpec spec, int slice) {
        return new ScoreUnits(
                runId,
                occurredAt,
                spec.teacher(),
                spec.calibration(),
                slice,
                spec.scoring(),
                spec.evaluation() == null ? null : spec.evaluation().scorer(),
                slice == 0 && spec.variants().stream().anyMatch(VariantSpec::needsCosts));
    }

    @Override
    public String taskId() {
        return Slice.taskId(runId, slice);
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
