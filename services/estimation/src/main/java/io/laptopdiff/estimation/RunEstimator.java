package io.laptopdiff.estimation;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Estimates runs. A variant's units are not known before they are scored: the largest ones stand
 * for them. What was measured of a teacher's shapes is kept, so that the next estimate for it takes
 * no time. One thread at a time.
 */
public final class RunEstimator {

    private static final double LATENCY_SECONDS = 20;
    private static final int LEAST_LATENCY_PASSES = 5;
    private static final int MOST_LATENCY_PASSES = 51;
    private static final int WARM_UPS = 3;

    private final Artifacts artifacts;
    private final Supplier<NDManager> managers;
    private final Path disk;
    private final Map<Shapes, MachineSpeed> speeds = new HashMap<>();

    /**
     * @param managers on the device that will compute; each is closed after one measurement
     * @param disk a directory on the disk that results will be kept on
     */
    public RunEstimator(Artifacts artifacts, Supplier<NDManager> managers, Path disk) {
        this.artifacts = artifacts;
        this.managers = managers;
        this.disk = disk;
    }

    /** What times depend on. */
    private record Shapes(UNetConfig unet, VaeConfig vae, int tokens) {}

    /**
     * Measures layers of the teacher's shapes and adds them up; reads configs, and no weights.
     *
     * @throws RuntimeException if a config is missing or not as it must be
     */
    public synchronized RunEstimate estimate(RunSpec spec) {
        RunNeeds needs = RunNeeds.of(spec, artifacts);
        TeacherParts teacher = needs.teacher();
        MachineSpeed speed =
                speeds.computeIfAbsent(
                        new Shapes(teacher.unet().config(), teacher.vae(), teacher.tokens()),
                        shapes -> new MachineSpeed(teacher, managers, disk));
        return new RunEstimate(new Stages(needs, speed).all());
    }

    /** The stages of one run. */
    private record Stages(RunNeeds needs, MachineSpeed speed) {

        List<StageEstimate> all() {
            List<StageEstimate> stages = new ArrayList<>();
            stages.add(needs.scoringStage().taking(scoring()));
            if (needs.spec().planOnly()) {
                return stages;
            }
            stages.add(needs.preparationStage().taking(preparation()));
            Map<String, UNetLayout> students = needs.students();
            students.forEach(
                    (name, student) ->
                            stages.add(
                                    needs.distillationStage(name, student)
                                            .taking(distillation(name, student))));
            boolean first = true;
            for (Map.Entry<String, UNetLayout> student : students.entrySet()) {
                stages.add(
                        needs.evaluationStage(student.getKey(), student.getValue(), first)
                                .taking(evaluation(student.getValue(), first)));
                first = false;
            }
            return stages;
        }

        private double text() {
            return speed.transformer(needs.teacher().textParameters(), needs.teacher().tokens());
        }

        private double encoding() {
            return speed.autoencoder()[0] + text();
        }

        private double scoring() {
            double image = needs.scorer() == null ? 0 : scored();
            return new ScoringTime(
                            needs,
                            speed,
                            new ScoringTime.Pieces(encoding(), speed.autoencoder()[1], image))
                    .seconds();
        }

        /** Seconds of one image in the scorer. */
        private double scored() {
            int patches = needs.scorer().vision().imageSize() / needs.scorer().vision().patchSize();
            return speed.transformer(needs.scorerParameters(), patches * patches);
        }

        private double preparation() {
            return needs.images() * encoding()
                    + MachineSpeed.loading(needs.teacher().textParameters());
        }

        /** Steps that candidates get before one is chosen. */
        private int recovery(String name) {
            VariantSpec variant = needs.spec().variant(name);
            return variant.recoverySteps() * (variant.candidates() + variant.randomCandidates());
        }

        private double distillation(String name, UNetLayout student) {
            DistillationRecipe recipe = needs.spec().distillation();
            int batch = recipe.batchSize();
            int guided = recipe.teacherGuidance() == null ? 1 : 2;
            Set<String> removed = student.config().removedUnits();
            LayerTimes full = speed.layers(LayerTimes.Work.FP32);
            LayerTimes teaching =
                    recipe.teacherPrecision() == Precision.BF16
                            ? speed.layers(LayerTimes.Work.BF16)
                            : full;
            double again = recipe.gradientCheckpointing() ? full.pass(batch, removed) : 0;
            double seconds =
                    recipe.gradientAccumulation()
                                    * (teaching.pass(guided * batch, Set.of())
                                            + speed.layers(LayerTimes.Work.TRAINING)
                                                    .pass(batch, removed)
                                            + again)
                            + speed.update(student.parameters());
            return (recipe.steps() + recovery(name)) * seconds
                    + samples(teaching.pass(2, Set.of()), full.pass(2, removed))
                    + MachineSpeed.loading(readings(student))
                    + speed.writing(needs.distillationWritten(student));
        }

        /** The teacher is digested, cut twice (first to see that it can be), and taught with. */
        private long readings(UNetLayout student) {
            TeacherParts teacher = needs.teacher();
            return 4 * teacher.unet().parameters()
                    + student.parameters()
                    + teacher.vaeMemory().weights() / TeacherParts.FLOAT32
                    + teacher.textParameters();
        }

        /** Of images drawn on the way: the teacher's once, the student's again and again. */
        private double samples(double guidedByTeacher, double guidedByStudent) {
            int images = needs.spec().distillation().sampleImages();
            int drawings = needs.studentDrawings();
            double passes = guidedByTeacher + drawings * guidedByStudent;
            return images == 0
                    ? 0
                    : images
                            * (DistillationRecipe.SAMPLE_STEPS * passes
                                    + (1 + drawings) * speed.autoencoder()[1]);
        }

        private double evaluation(UNetLayout student, boolean first) {
            EvaluationSpec evaluation = needs.spec().evaluation();
            LayerTimes full = speed.layers(LayerTimes.Work.FP32);
            int guided = evaluation.guidanceScale() > 1 ? 2 : 1;
            int batch = needs.evaluationBatch();
            Set<String> removed = student.config().removedUnits();
            double drawn = full.pass(batch, Set.of()) / batch * guided;
            double drawnByStudent = full.pass(batch, removed) / batch * guided;
            double image = speed.autoencoder()[1] + text() + scored();
            double teacherImages =
                    first
                            ? evaluation.prompts()
                                    * (evaluation.inferenceSteps() * drawn + 2 * image)
                            : 0;
            double studentImages =
                    evaluation.prompts() * (evaluation.inferenceSteps() * drawnByStudent + image);
            double both = full.pass(1, Set.of()) + full.pass(1, removed);
            double passes =
                    WARM_UPS
                            + Math.max(
                                    LEAST_LATENCY_PASSES,
                                    Math.min(MOST_LATENCY_PASSES, LATENCY_SECONDS / both));
            return teacherImages
                    + studentImages
                    + passes * both
                    + MachineSpeed.loading(
                            needs.comparison(student).weights() / TeacherParts.FLOAT32);
        }
    }
}
