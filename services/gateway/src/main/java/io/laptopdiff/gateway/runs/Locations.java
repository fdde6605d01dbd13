package io.laptopdiff.gateway.runs;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks at what a request names before anyone starts to work on it. Paths are made absolute, for
 * the services may run in other directories.
 */
final class Locations {
    private final Artifacts artifacts;

    Locations(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * @throws InvalidMessageException naming the field whose location cannot be used
     */
    RunSpec checked(RunSpec spec) {
        CalibrationSpec calibration = spec.calibration();
        DistillationRecipe recipe = spec.distillation();
        EvaluationSpec evaluation = spec.evaluation();
        Map<String, String> found = new HashMap<>();
        check("teacher", spec.teacher(), found);
        if (calibration.dataset() != null) {
            check("calibration.dataset", calibration.dataset(), found);
        }
        check("distillation.dataset", recipe.dataset(), found);
        check("evaluation.scorer", evaluation.scorer(), found);
        check("evaluation.dataset", evaluation.dataset(), found);
        return new RunSpec(
                found.get("teacher"),
                new CalibrationSpec(
                        found.get("calibration.dataset"),
                        calibration.samples(),
                        calibration.slices(),
                        calibration.seed(),
                        calibration.prompts(),
                        calibration.firstSlices()),
                spec.variants(),
                recipe.withDataset(found.get("distillation.dataset")),
                new EvaluationSpec(
                        found.get("evaluation.scorer"),
                        found.get("evaluation.dataset"),
                        evaluation.prompts(),
                        evaluation.seed(),
                        evaluation.inferenceSteps(),
                        evaluation.guidanceScale(),
                        evaluation.scheduler(),
                        evaluation.metric(),
                        evaluation.scorers(),
                        evaluation.promptList(),
                        evaluation.inception(),
                        evaluation.bootstrapSamples(),
                        evaluation.gates()),
                spec.scoring());
    }

    private void check(String field, String location, Map<String, String> found) {
        try {
            String local = artifacts.directory(location).toString();
            found.put(field, location.contains(":") ? location : local);
        } catch (ArtifactException e) {
            throw new InvalidMessageException(
                    field, "'" + location + "'", e.what() + "; " + e.howToFix());
        }
    }
}
