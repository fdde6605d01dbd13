package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.contracts.run.VariantSpec;
import java.util.List;

/** Choices that the contracts know and no service makes yet: refused, never passed over. */
final class Unavailable {
    private Unavailable() {}

    /**
     * @throws ScoringException naming the field
     */
    static void refuse(RunSpec spec) {
        require(
                spec.scoring().criteria().equals(List.of(Criterion.OUTPUT_LOSS)),
                "scoring.criteria",
                "leave it out, for 'output-loss' alone");
        require(spec.scoring().additivity() == null, "scoring.additivity", "leave it out");
        CalibrationSpec calibration = spec.calibration();
        require(calibration.prompts() == null, "calibration.prompts", "give a 'dataset'");
        require(calibration.firstSlices() == null, "calibration.firstSlices", "leave it out");
        for (int i = 0; i < spec.variants().size(); i++) {
            refuse(spec.variants().get(i), "variants[" + i + "].");
        }
        refuse(spec.evaluation());
    }

    private static void refuse(VariantSpec variant, String field) {
        String ratio = "ask for a 'ratio'";
        require(variant.macsRatio() == null, field + "macsRatio", ratio);
        require(variant.latencyRatio() == null, field + "latencyRatio", ratio);
        require(variant.memoryRatio() == null, field + "memoryRatio", ratio);
        require(variant.maximumRatio() == null, field + "maximumRatio", "leave it out");
        require(variant.keep().isEmpty(), field + "keep", "leave it out");
        require(variant.minimumUnits().isEmpty(), field + "minimumUnits", "leave it out");
        require(variant.candidates() == 1, field + "candidates", "leave it out");
        require(variant.iterative() == null, field + "iterative", "leave it out");
        require(variant.recoverySteps() == 0, field + "recoverySteps", "leave it out");
    }

    private static void refuse(EvaluationSpec evaluation) {
        require(
                evaluation.metric() == ScorerMetric.CLIP_SCORE,
                "evaluation.metric",
                "leave it out, for 'clip-score'");
        require(evaluation.scorers().isEmpty(), "evaluation.scorers", "leave it out");
        require(evaluation.promptList() == null, "evaluation.promptList", "leave it out");
        require(evaluation.inception() == null, "evaluation.inception", "leave it out");
        require(evaluation.gates().isEmpty(), "evaluation.gates", "leave it out");
    }

    private static void require(boolean available, String field, String wayOut) {
        if (!available) {
            throw new ScoringException(
                    "This version does not do that yet", field, "For now, " + wayOut + ".");
        }
    }
}
