package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What scores.json holds.
 *
 * @param criteria that the units were scored by
 * @param teacher location of its directory
 * @param teacherParameters of its U-Net
 * @param calibration as it was asked for
 * @param samples that every unit was scored on
 * @param units in execution order
 */
record ScoreReport(
        String runId,
        List<Criterion> criteria,
        String teacher,
        long teacherParameters,
        CalibrationSpec calibration,
        long samples,
        List<UnitReport> units) {
    static ScoreReport of(ScoringStarted run, List<UnitScore> scores) {
        List<Criterion> criteria = run.spec().scoring().criteria();
        return new ScoreReport(
                run.runId(),
                criteria,
                run.spec().teacher(),
                run.teacherParameters(),
                run.spec().calibration(),
                Math.max(1, scores.get(0).by(criteria.get(0)).count()),
                scores.stream().map(UnitReport::of).toList());
    }

    /**
     * One unit's score.
     *
     * @param parameters freed by its removal, bonuses aside
     * @param score METHOD's q(u): what removing the unit alone does to the output
     * @param quartiles of it by timestep, from the quarter with the least noise to the most
     * @param criteria every other criterion, by name
     */
    record UnitReport(
            String unit,
            UnitKind kind,
            long parameters,
            Mean score,
            List<Mean> quartiles,
            Map<String, Mean> criteria) {
        private static Map<String, Mean> others(UnitScore score) {
            Map<String, Mean> means = new TreeMap<>();
            score.criteria().forEach((name, moments) -> means.put(name, Mean.of(moments)));
            return means;
        }

        static UnitReport of(UnitScore score) {
            return new UnitReport(
                    score.unit(),
                    score.kind(),
                    score.parameters(),
                    Mean.of(score.all()),
                    score.quartiles().stream().map(Mean::of).toList(),
                    others(score));
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
