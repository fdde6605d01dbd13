package io.laptopdiff.estimation;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Estimates runs that score by the output loss. A variant's units are not known before they are
 * scored: the largest ones stand for them.
 */
public final class RunEstimator {

    private static final int SCORING_BATCH = 4;
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
        RunNeeds needs = RunNeeds.of(spec, artifacts);
        TeacherParts teacher = needs.teacher();
        MachineSpeed speed = new MachineSpeed(teacher, manager);
        double[] autoencoder = speed.autoencoder();
        double text = speed.transformer(teacher.textParameters(), teacher.tokens());
        double encoding = autoencoder[0] + text;
        List<StageEstimate> stages = new ArrayList<>();
        stages.add(scoring(needs, speed, encoding));
        if (spec.planOnly()) {
            return new RunEstimate(stages);
        }
        stages.add(preparation(needs, encoding));
        LayerTimes full = speed.layers(teacher.unet(), LayerTimes.Work.FP32, 1, 2);
        Map<String, UNetLayout> students = needs.students();
        students.forEach(
                (name, student) -> stages.add(distillation(name, needs, student, speed, full)));
        boolean first = true;
        for (Map.Entry<String, UNetLayout> student : students.entrySet()) {
            stages.add(
                    evaluation(
                            student.getKey(),
                            needs,
                            student.getValue(),
                            speed,
                            full,
                            autoencoder[1] + text,
                            first));
            first = false;
        }
        return new RunEstimate(stages);
    }

    private static StageEstimate scoring(RunNeeds needs, MachineSpeed speed, double encoding) {
        CalibrationSpec calibration = needs.spec().calibration();
        TeacherParts teacher = needs.teacher();
        UNetLayout unet = teacher.unet();
        boolean bf16 = needs.spec().scoring().precision() == Precision.BF16;
        int slice = (calibration.samples() + calibration.slices() - 1) / calibration.slices();
        int batch = Math.min(SCORING_BATCH, slice);
        LayerTimes times =
                speed.layers(
                        unet,
                        bf16 ? LayerTimes.Work.BF16 : LayerTimes.Work.FP32,
                        1,
                        RemovalSweep.TOGETHER);
        double perSample = times.sweep(batch, RemovalSweep.TOGETHER, needs.removals()) / batch;
        return new StageEstimate(
                "scoring",
                needs.scoring(batch, RemovalSweep.TOGETHER),
                calibration.samples() * (perSample + encoding)
                        + calibration.slices()
                                * MachineSpeed.loading(
                                        unet.parameters() + teacher.textParameters()),
                0);
    }

    private StageEstimate preparation(RunNeeds needs, double encoding) {
        TeacherParts teacher = needs.teacher();
        int images = ImageSource.open(artifacts.data(needs.spec().distillation().dataset())).size();
        return new StageEstimate(
                "preparation",
                needs.encoding(),
                images * encoding + MachineSpeed.loading(teacher.textParameters()),
                images * teacher.encodedSampleBytes());
    }

    private static StageEstimate distillation(
            String name, RunNeeds needs, UNetLayout student, MachineSpeed speed, LayerTimes full) {
        DistillationRecipe recipe = needs.spec().distillation();
        UNetLayout teacher = needs.teacher().unet();
        int batch = recipe.batchSize();
        int guided = recipe.teacherGuidance() == null ? 1 : 2;
        LayerTimes teaching =
                recipe.teacherPrecision() == Precision.BF16
                        ? speed.layers(teacher, LayerTimes.Work.BF16, 1, 2)
                        : full;
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
        return new StageEstimate(
                "distillation " + name,
                needs.distillation(student),
                recipe.steps() * seconds + MachineSpeed.loading(2 * teacher.parameters()),
                needs.distillationDisk(student));
    }

    private static StageEstimate evaluation(
            String name,
            RunNeeds needs,
            UNetLayout student,
            MachineSpeed speed,
            LayerTimes full,
            double decoding,
            boolean first) {
        EvaluationSpec evaluation = needs.spec().evaluation();
        int patches = needs.scorer().vision().imageSize() / needs.scorer().vision().patchSize();
        int guided = evaluation.guidanceScale() > 1 ? 2 : 1;
        int batch = needs.evaluationBatch();
        Set<String> removed = student.config().removedUnits();
        double drawn = full.pass(batch, Set.of()) / batch * guided;
        double drawnByStudent = full.pass(batch, removed) / batch * guided;
        double image = decoding + speed.transformer(needs.scorerParameters(), patches * patches);
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
        return new StageEstimate(
                "evaluation " + name,
                needs.evaluation(student),
                teacherImages
                        + studentImages
                        + passes * both
                        + MachineSpeed.loading(
                                needs.evaluationWeights(student) / TeacherParts.FLOAT32),
                needs.evaluationDisk(first));
    }
}
