package io.laptopdiff.estimation;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.unet.DistillationMemory;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.PassMemory;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Estimates runs that score by the output loss. A variant's units are not known before they are
 * scored: the largest ones stand for them.
 */
public final class RunEstimator {

    private static final int SCORING_BATCH = 4;
    private static final int DRAWING_BATCH = 8;
    private static final int KEPT_CHECKPOINTS = 2;
    private static final double LATENCY_SECONDS = 20;
    private static final int LEAST_LATENCY_PASSES = 5;
    private static final int MOST_LATENCY_PASSES = 51;
    private static final int WARM_UPS = 3;

    private final Artifacts artifacts;
    private final NDManager manager;

    /**
     * @param manager on the device that will compute
     */
    public RunEstimator(Artifacts artifacts, NDManager manager) {
        this.artifacts = artifacts;
        this.manager = manager;
    }

    /**
     * Measures layers of the teacher's shapes and adds them up; reads configs, and no weights.
     *
     * @throws RuntimeException if a config is missing or not as it must be
     */
    public RunEstimate estimate(RunSpec spec) {
        TeacherParts teacher = TeacherParts.read(artifacts.directory(spec.teacher()));
        MachineSpeed speed = new MachineSpeed(teacher, manager);
        double[] autoencoder = speed.autoencoder();
        double text = speed.transformer(teacher.textParameters(), teacher.tokens());
        double encoding = autoencoder[0] + text;
        List<StageEstimate> stages = new ArrayList<>();
        stages.add(scoring(spec, teacher, speed, encoding));
        if (spec.planOnly()) {
            return new RunEstimate(stages);
        }
        stages.add(preparation(spec, teacher, encoding));
        LayerTimes full = speed.layers(teacher.unet(), LayerTimes.Work.FP32, 1, 2);
        Map<String, UNetLayout> students = students(spec, teacher.unet());
        students.forEach(
                (name, student) ->
                        stages.add(distillation(name, spec, teacher, student, speed, full)));
        boolean first = true;
        for (Map.Entry<String, UNetLayout> student : students.entrySet()) {
            stages.add(
                    evaluation(
                            student.getKey(),
                            spec,
                            teacher,
                            student.getValue(),
                            speed,
                            full,
                            autoencoder[1] + text,
                            first));
            first = false;
        }
        return new RunEstimate(stages);
    }

    private static Map<String, UNetLayout> students(RunSpec spec, UNetLayout teacher) {
        Map<String, UNetLayout> students = new LinkedHashMap<>();
        for (VariantSpec variant : spec.variants()) {
            UNetLayout student =
                    variant.handcrafted() == null
                            ? teacher.without(LargestUnits.of(teacher, ratio(variant)))
                            : HandcraftedUNet.ofLabel(variant.handcrafted())
                                    .orElseThrow()
                                    .layout(teacher.config());
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

    private static StageEstimate scoring(
            RunSpec spec, TeacherParts teacher, MachineSpeed speed, double encoding) {
        CalibrationSpec calibration = spec.calibration();
        UNetLayout unet = teacher.unet();
        boolean bf16 = spec.scoring().precision() == Precision.BF16;
        List<Set<String>> sets = unet.units().stream().map(Unit::path).map(Set::of).toList();
        int slice = (calibration.samples() + calibration.slices() - 1) / calibration.slices();
        int batch = Math.min(SCORING_BATCH, slice);
        PassMemory memory = new PassMemory(unet, teacher.latent(), teacher.latent(), bf16);
        LayerTimes times =
                speed.layers(
                        unet,
                        bf16 ? LayerTimes.Work.BF16 : LayerTimes.Work.FP32,
                        1,
                        RemovalSweep.TOGETHER);
        double perSample = times.sweep(batch, RemovalSweep.TOGETHER, sets) / batch;
        long encoders =
                teacher.vaeBytes()
                        + TeacherParts.FLOAT32 * teacher.textParameters()
                        + teacher.vaePassBytes();
        return new StageEstimate(
                "scoring",
                Math.max(
                        encoders,
                        memory.weights() + memory.sweep(batch, RemovalSweep.TOGETHER, sets)),
                calibration.samples() * (perSample + encoding)
                        + calibration.slices()
                                * MachineSpeed.loading(
                                        unet.parameters() + teacher.textParameters()),
                0);
    }

    private StageEstimate preparation(RunSpec spec, TeacherParts teacher, double encoding) {
        int images = ImageSource.open(artifacts.data(spec.distillation().dataset())).size();
        return new StageEstimate(
                "preparation",
                teacher.vaeBytes()
                        + TeacherParts.FLOAT32 * teacher.textParameters()
                        + teacher.vaePassBytes(),
                images * encoding + MachineSpeed.loading(teacher.textParameters()),
                images * teacher.encodedSampleBytes());
    }

    private static StageEstimate distillation(
            String name,
            RunSpec spec,
            TeacherParts teacher,
            UNetLayout student,
            MachineSpeed speed,
            LayerTimes full) {
        DistillationRecipe recipe = spec.distillation();
        boolean bf16 = recipe.teacherPrecision() == Precision.BF16;
        int batch = recipe.batchSize();
        int guided = recipe.teacherGuidance() == null ? 1 : 2;
        boolean averaged = recipe.emaDecay() > 0;
        long memory =
                new DistillationMemory(teacher.unet(), student, teacher.tokens())
                        .needed(
                                new DistillationMemory.Choice(
                                        bf16,
                                        recipe.gradientCheckpointing(),
                                        averaged,
                                        guided == 2,
                                        batch,
                                        recipe.gradientAccumulation()));
        long weights = TeacherParts.FLOAT32 * student.parameters();
        LayerTimes teaching =
                bf16 ? speed.layers(teacher.unet(), LayerTimes.Work.BF16, 1, 2) : full;
        LayerTimes learning =
                speed.layers(student, LayerTimes.Work.TRAINING, 1, Math.min(2, batch));
        double seconds =
                recipe.gradientAccumulation()
                                * (teaching.pass(guided * batch, Set.of())
                                        + learning.pass(batch, Set.of())
                                        + (recipe.gradientCheckpointing()
                                                ? full.pass(batch, student.config().removedUnits())
                                                : 0))
                        + speed.update(student.parameters());
        long checkpoint = weights * (averaged ? 4 : 3);
        int checkpoints =
                Math.min(
                        KEPT_CHECKPOINTS + 1,
                        (recipe.steps() + recipe.checkpointEverySteps() - 1)
                                / recipe.checkpointEverySteps());
        return new StageEstimate(
                "distillation " + name,
                memory,
                recipe.steps() * seconds + MachineSpeed.loading(2 * teacher.unet().parameters()),
                checkpoints * checkpoint + weights + teacher.restBytes());
    }

    private StageEstimate evaluation(
            String name,
            RunSpec spec,
            TeacherParts teacher,
            UNetLayout student,
            MachineSpeed speed,
            LayerTimes full,
            double decoding,
            boolean first) {
        EvaluationSpec evaluation = spec.evaluation();
        ClipConfig scorer = ClipConfig.read(artifacts.directory(evaluation.scorer()));
        long scorerParameters = TeacherParts.count(ClipModel.tensors(scorer));
        int guided = evaluation.guidanceScale() > 1 ? 2 : 1;
        int batch = guided * Math.min(DRAWING_BATCH, evaluation.prompts());
        Set<String> removed = student.config().removedUnits();
        double drawn = full.pass(batch, Set.of()) / batch * guided;
        double drawnByStudent = full.pass(batch, removed) / batch * guided;
        double seen =
                speed.transformer(
                        scorerParameters,
                        (int)
                                Math.pow(
                                        scorer.vision().imageSize() / scorer.vision().patchSize(),
                                        2));
        double image = decoding + seen;
        double teacherImages =
                first
                        ? evaluation.prompts() * (evaluation.inferenceSteps() * drawn + 2 * image)
                        : 0;
        double studentImages =
                evaluation.prompts() * (evaluation.inferenceSteps() * drawnByStudent + image);
        double both = full.pass(1, Set.of()) + full.pass(1, removed);
        double passes =
                WARM_UPS
                        + Math.max(
                                LEAST_LATENCY_PASSES,
                                Math.min(MOST_LATENCY_PASSES, LATENCY_SECONDS / both));
        PassMemory pass = new PassMemory(teacher.unet(), teacher.latent(), teacher.latent(), false);
        long weights =
                pass.weights()
                        + teacher.vaeBytes()
                        + TeacherParts.FLOAT32
                                * (student.parameters()
                                        + teacher.textParameters()
                                        + scorerParameters);
        long pixels = 3L * teacher.resolution() * teacher.resolution();
        return new StageEstimate(
                "evaluation " + name,
                weights + Math.max(pass.pass(batch), teacher.vaePassBytes()),
                teacherImages
                        + studentImages
                        + passes * both
                        + MachineSpeed.loading(weights / TeacherParts.FLOAT32),
                (first ? 2 : 1) * evaluation.prompts() * pixels);
    }
}
