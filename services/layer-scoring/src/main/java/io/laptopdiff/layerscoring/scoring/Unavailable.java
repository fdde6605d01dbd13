package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.RunSpec;

/** Choices that the contracts know and no service makes yet: refused, never passed over. */
final class Unavailable {
    private Unavailable() {}

    /**
     * @throws ScoringException naming the field
     */
    static void refuse(RunSpec spec) {
        require(
                !spec.scoring().criteria().contains(Criterion.CLIP_SCORE),
                "scoring.criteria",
                "leave out 'clip-score'");
        CalibrationSpec calibration = spec.calibration();
        require(calibration.prompts() == null, "calibration.prompts", "give a 'dataset'");
    }

    private static void require(boolean available, String field, String wayOut) {
        if (!available) {
            throw new ScoringException(
                    "This version does not do that yet", field, "For now, " + wayOut + ".");
        }
    }
}
