package io.laptopdiff.estimation;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.unet.DistillationMemory;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.PassMemory;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bytes of memory and disk that the stages of a run need, beside what an idle process holds: told
 * from configs alone, in no time. A variant's units are not known before they are scored: the
 * largest ones stand for them.
 *
 * @param scorer null for a run of plans alone
 */
record RunNeeds(RunSpec spec, TeacherParts teacher, ClipConfig scorer) {

    static final int DRAWING_BATCH = 8;
    private static final int KEPT_CHECKPOINTS = 2;

    /**
     * Reads the configs.
     *
     * @throws RuntimeException if one is missing or not as it must be
     */
    static RunNeeds of(RunSpec spec, Artifacts artifacts) {
        return new RunNeeds(
                spec,
                TeacherParts.read(artifacts.directory(spec.teacher())),
                spec.planOnly()
                        ? null
                        : ClipConfig.read(artifacts.directory(spec.evaluation().scorer())));
    }

    /** The student of every variant, by its name. */
    Map<String, UNetLayout> students() {
        Map<String, UNetLayout> students = new LinkedHashMap<>();
        UNetLayout unet = teacher.unet();
        for (VariantSpec variant : spec.variants()) {
            UNetLayout student =
                    variant.handcrafted() == null
                            ? unet.without(LargestUnits.of(unet, ratio(variant)))
                            : HandcraftedUNet.ofLabel(variant.handcrafted())
                                    .orElseThrow()
                                    .layout(unet.config());
            students.put(variant.name(), student);
        }
        return students;
    }

    private static double ratio(VariantSpec variant) {
        double ratio = 0;
        for (Double budget :
                new Double[] {
                    variant.ratio(),
                    variant.macsRatio(),
                    variant.latencyRatio(),
                    variant.memoryRatio()
                }) {
            ratio = Math.max(ratio, budget == null ? 0 : budget);
        }
        return ratio;
    }

    /** Every unit by itself, as a sweep removes them. */
    List<Set<String>> removals() {
        return teacher.unet().units().stream().map(Unit::path).map(Set::of).toList();
    }

    /** Of a worker that scores so many samples and removals in one pass. */
    long scoring(int batch, int together) {
        boolean bf16 = spec.scoring().precision() == Precision.BF16;
        PassMemory memory =
                new PassMemory(teacher.unet(), teacher.latent(), teacher.latent(), bf16);
        return Math.max(encoding(), memory.weights() + memory.sweep(batch, together, removals()));
    }

    /** Of a worker that turns images and captions into latents and embeddings. */
    long encoding() {
        return teacher.vaeBytes()
                + TeacherParts.FLOAT32 * teacher.textParameters()
                + teacher.vaePassBytes();
    }

    long distillation(UNetLayout student) {
        DistillationRecipe recipe = spec.distillation();
        return new DistillationMemory(teacher.unet(), student, teacher.tokens())
                .needed(
                        new DistillationMemory.Choice(
                                recipe.teacherPrecision() == Precision.BF16,
                                recipe.gradientCheckpointing(),
                                recipe.emaDecay() > 0,
                                recipe.teacherGuidance() != null,
                                recipe.batchSize(),
                                recipe.gradientAccumulation()));
    }

    /** Checkpoints at their fullest, and the student. */
    long distillationDisk(UNetLayout student) {
        DistillationRecipe recipe = spec.distillation();
        long weights = TeacherParts.FLOAT32 * student.parameters();
        long checkpoint = weights * (recipe.emaDecay() > 0 ? 4 : 3);
        int checkpoints =
                Math.min(
                        KEPT_CHECKPOINTS + 1,
                        (recipe.steps() + recipe.checkpointEverySteps() - 1)
                                / recipe.checkpointEverySteps());
        return checkpoints * checkpoint + weights + teacher.restBytes();
    }

    /** Images that guidance makes of those drawn at once. */
    int evaluationBatch() {
        EvaluationSpec evaluation = spec.evaluation();
        return (evaluation.guidanceScale() > 1 ? 2 : 1)
                * Math.min(DRAWING_BATCH, evaluation.prompts());
    }

    long evaluationWeights(UNetLayout student) {
        PassMemory pass = new PassMemory(teacher.unet(), teacher.latent(), teacher.latent(), false);
        return pass.weights()
                + teacher.vaeBytes()
                + TeacherParts.FLOAT32
                        * (student.parameters() + teacher.textParameters() + scorerParameters());
    }

    long evaluation(UNetLayout student) {
        PassMemory pass = new PassMemory(teacher.unet(), teacher.latent(), teacher.latent(), false);
        return evaluationWeights(student)
                + Math.max(pass.pass(evaluationBatch()), teacher.vaePassBytes());
    }

    /**
     * Images drawn.
     *
     * @param first whether the teacher's are drawn as well
     */
    long evaluationDisk(boolean first) {
        long pixels = 3L * teacher.resolution() * teacher.resolution();
        return (first ? 2 : 1) * spec.evaluation().prompts() * pixels;
    }

    long scorerParameters() {
        return TeacherParts.count(ClipModel.tensors(scorer));
    }
}
