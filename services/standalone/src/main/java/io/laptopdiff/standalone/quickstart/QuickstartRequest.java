package io.laptopdiff.standalone.quickstart;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import java.util.List;
import java.util.Map;

/**
 * The quickstart's request: our student and the handcrafted one, with the same short distillation.
 */
public final class QuickstartRequest {

    private QuickstartRequest() {}

    /** A request on this material. */
    public static RunSpec of(
            QuickstartMaterial material, double ratio, int steps, int prompts, long seed) {
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", material.model().toString(),
                        "calibration",
                                Map.of(
                                        "dataset",
                                        material.training().toString(),
                                        "samples",
                                        128,
                                        "slices",
                                        8,
                                        "seed",
                                        seed),
                        "variants",
                                List.of(
                                        VariantSpec.ofHandcrafted("bk-base", "bk-base"),
                                        VariantSpec.ofRatio("laptop-diff", ratio)),
                        "distillation",
                                Map.of(
                                        "dataset",
                                        material.training().toString(),
                                        "steps",
                                        steps,
                                        "batchSize",
                                        32,
                                        "learningRate",
                                        1e-3,
                                        "warmupSteps",
                                        20,
                                        "checkpointEverySteps",
                                        250,
                                        "seed",
                                        seed),
                        "evaluation",
                                Map.of(
                                        "scorer",
                                        material.scorer().toString(),
                                        "dataset",
                                        material.heldOut().toString(),
                                        "prompts",
                                        prompts,
                                        "inferenceSteps",
                                        20,
                                        "guidanceScale",
                                        4.0,
                                        "scheduler",
                                        "ddim",
                                        "seed",
                                        seed)));
    }
}
