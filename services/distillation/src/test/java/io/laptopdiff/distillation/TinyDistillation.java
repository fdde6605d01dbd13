package io.laptopdiff.distillation;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.testing.TinyXlTeacher;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plans for a tiny teacher, with everything that they name on disk. */
public record TinyDistillation(Path home) {

    /** A resnet, a whole transformer, and one of two resnets of the middle. */
    public static final List<String> REMOVED =
            List.of(
                    "down_blocks.1.resnets.1",
                    "down_blocks.1.attentions.1.transformer_blocks.0",
                    "mid_block.resnets.1",
                    "up_blocks.2.resnets.0");

    private static final int IMAGES = 5;

    public static TinyDistillation in(Path home) throws IOException {
        TinyDistillation tiny = new TinyDistillation(home);
        TinyTeacher.write(tiny.teacher(), 1);
        TinyTeacher.writeImages(tiny.images(), IMAGES, 2);
        return tiny;
    }

    /**
     * The same of a teacher like SDXL.
     *
     * @param depth of its innermost transformers
     */
    public static TinyDistillation xl(Path home, int depth) throws IOException {
        TinyDistillation tiny = new TinyDistillation(home);
        TinyXlTeacher.write(tiny.teacher(), depth, 1);
        TinyTeacher.writeImages(tiny.images(), IMAGES, 2);
        return tiny;
    }

    public Path teacher() {
        return home.resolve("teacher");
    }

    public Path images() {
        return home.resolve("images");
    }

    /** The same of the least teacher that there is; nothing of {@link #REMOVED} is a unit of it. */
    public static TinyDistillation least(Path home) throws IOException {
        TinyDistillation tiny = new TinyDistillation(home);
        TinyTeacher.writeLeast(tiny.teacher(), 1);
        TinyTeacher.writeImages(tiny.images(), IMAGES, 2);
        return tiny;
    }

    /** A plan that removes {@link #REMOVED}; other fields of the recipe. */
    public PlanCreated pruned(String runId, Map<String, ?> recipe) {
        return plan(runId, "half", pruning(), recipe);
    }

    public PlanCreated handcrafted(String runId, HandcraftedUNet unet, Map<String, ?> recipe) {
        UNetLayout teacher = UNetLayout.of(UNetConfig.read(teacher().resolve("unet")));
        long all = teacher.parameters();
        long left = unet.layout(teacher.config()).parameters();
        double ratio = (double) (all - left) / all;
        return plan(
                runId,
                "by-hand",
                new PruningPlan(List.of(), unet.label(), null, ratio, all - left, all, left, null),
                recipe);
    }

    public PruningPlan pruning() {
        return pruning(REMOVED);
    }

    /** A plan that removes other units, in execution order. */
    public PruningPlan pruning(List<String> removed) {
        UNetLayout teacher = UNetLayout.of(UNetConfig.read(teacher().resolve("unet")));
        long all = teacher.parameters();
        long left = teacher.parameters(removed);
        double ratio = (double) (all - left) / all;
        return new PruningPlan(removed, null, 0.1, ratio, all - left, all, left, 0.5);
    }

    public PlanCreated plan(String runId, String variant, PruningPlan plan, Map<String, ?> recipe) {
        return new PlanCreated(runId, Instant.now(), variant, spec(recipe), plan);
    }

    /** Candidates for the variant "half" that a few steps choose among. */
    public PlanCreated competition(
            String runId, List<PruningPlan> candidates, int recoverySteps, Map<String, ?> recipe) {
        Map<String, ?> variant =
                Map.of(
                        "name",
                        "half",
                        "ratio",
                        0.1,
                        "candidates",
                        candidates.size(),
                        "recoverySteps",
                        recoverySteps);
        return new PlanCreated(
                runId, Instant.now(), "half", spec(recipe, variant), candidates.get(0), candidates);
    }

    /** A run that ends with its plans. */
    public static RunSpec planOnly(RunSpec spec) {
        return new RunSpec(
                spec.teacher(),
                spec.calibration(),
                spec.variants(),
                spec.distillation(),
                spec.evaluation(),
                spec.scoring(),
                true);
    }

    private RunSpec spec(Map<String, ?> recipe) {
        return spec(recipe, Map.of("name", "half", "ratio", 0.1));
    }

    private RunSpec spec(Map<String, ?> recipe, Map<String, ?> half) {
        Map<String, Object> distillation =
                new HashMap<>(
                        Map.of(
                                "dataset", images().toString(),
                                "steps", 6,
                                "batchSize", 2,
                                "learningRate", 1e-3,
                                "warmupSteps", 2,
                                "checkpointEverySteps", 2,
                                "seed", 7));
        distillation.putAll(recipe);
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", teacher().toString(),
                        "calibration", Map.of("dataset", images().toString()),
                        "variants",
                                List.of(half, Map.of("name", "by-hand", "handcrafted", "bk-base")),
                        "distillation", distillation,
                        "evaluation",
                                Map.of(
                                        "dataset", images().toString(),
                                        "scorer", home.resolve("scorer").toString())));
    }
}
