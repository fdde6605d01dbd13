package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import java.util.Collection;
import java.util.List;

/** Criteria that look at the U-Net's outputs, by name. */
final class Criteria {
    private Criteria() {}

    /** Returns the criteria that are asked for; Taylor last, for its gradients take memory. */
    static List<UnitCriterion> of(Collection<Criterion> asked, CalibrationSpec calibration) {
        return asked.stream()
                .sorted((a, b) -> Boolean.compare(a == Criterion.TAYLOR, b == Criterion.TAYLOR))
                .map(criterion -> of(criterion, calibration))
                .toList();
    }

    private static UnitCriterion of(Criterion criterion, CalibrationSpec calibration) {
        return switch (criterion) {
            case OUTPUT_LOSS -> new OutputLoss();
            case MAGNITUDE -> new Magnitude();
            case TAYLOR -> new Taylor();
            case TASK_LOSS -> new TaskLoss();
            case RANDOM -> new RandomScore(calibration.seed());
            case CLIP_SCORE ->
                    throw new IllegalArgumentException("no U-Net output tells a " + criterion);
        };
    }
}
