package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.util.List;

/**
 * What scores.json holds.
 *
 * @param criterion what the scores are
 * @param teacher location of its directory
 * @param teacherParameters of its U-Net
 * @param calibration as it was asked for
 * @param samples that every unit was scored on
 * @param units in execution order
 */
record ScoreReport(
        String runId,
        String criterion,
        String teacher,
        long teacherParameters,
        CalibrationSpec calibration,
        long samples,
        List<UnitReport> units) {
    /** METHOD's q(u): what removing the unit alone does to the output. */
    static final String OUTPUT_LOSS = "output-loss";

    /**
     * One unit's score.
     *
     * @param parameters freed by its removal, bonuses aside
     * @param quartiles by timestep, from the quarter with the least noise to the most
     */
    record UnitReport(
            String unit, UnitKind kind, long parameters, Mean score, List<Mean> quartiles) {
        static UnitReport of(UnitScore score) {
            return new UnitReport(
                    score.unit(),
                    score.kind(),
                    score.parameters(),
                    Mean.of(score.all()),
                    score.quartiles().stream().map(Mean::of).toList());
        }
    }

    /**
     * A mean over samples.
     *
     * @param mean absent without samples
     * @param standardError absent below two samples
     */
    record Mean(@MayBeAbsent Double mean, @MayBeAbsent Double standardError, long samples) {
        static Mean of(Moments moments) {
            return new Mean(boxed(moments.mean()), boxed(moments.standardError()), moments.count());
        }

        private static Double boxed(java.util.OptionalDouble value) {
            return value.isPresent() ? value.getAsDouble() : null;
        }
    }
}
