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

    private final Artifacts artifacts;
    private final WorkerSettings workers;
    private final Supplier<NDManager> managers;
    private final Path disk;
    private final Map<Shapes, MachineSpeed> speeds = new HashMap<>();

    /**
     * @param workers that will do it
     * @param managers on the device that will compute; each is closed after one measurement
     * @param disk a directory on the disk that results will be kept on
     */
    public RunEstimator(
            Artifacts artifacts, WorkerSettings workers, Supplier<NDManager> managers, Path disk) {
        this.artifacts = artifacts;
        this.workers = workers;
        this.managers = managers;
        this.disk = disk;
    }

    /** What times depend on. */
    private record Shapes(UNetConfig unet, VaeConfig vae, int tokens) {}

    /** Estimates a run on a machine where everything fits. */
    public RunEstimate estimate(RunSpec spec) {
        return estimate(spec, RunLimits.NONE);
    }

    /**
     * Measures layers of the teacher's shapes and adds them up; reads configs, and no weights.
     * Where memory is short, batches are counted as small as workers make them.
     *
     * @throws RuntimeException if a config is missing or not as it must be
     */
    public synchronized RunEstimate estimate(RunSpec spec, RunLimits limits) {
        RunNeeds needs = RunNeeds.of(spec, artifacts, workers).within(limits);
        TeacherParts teacher = needs.teacher();
        MachineSpeed speed =
                speeds.computeIfAbsent(
                        new Shapes(teacher.unet().config(), teacher.vae(), teacher.tokens()),
                        shapes -> new MachineSpeed(teacher, managers, disk));
        return new RunEstimate(new Stages(needs, speed).all(), needs.disk());
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
            double image = needs.judges() == null ? 0 : judged(needs.judges().scorer());
            return new ScoringTime(
                            needs,
                            speed,
                            new ScoringTime.Pieces(encoding(), speed.autoencoder()[1], image))
                    .seconds();
        }

        /** Returns the seconds of one image in a model that judges it. */
        private double judged(Judges.Judge judge) {
            return speed.transformer(judge.parameters(), judge.uses());
        }

        private double judgedByAll() {
            Judges judges = needs.judges();
            return features()
                    + (judges.features().isPresent() ? judged(judges.scorer()) : 0)
                    + judges.further().stream().mapToDouble(this::judged).sum();
        }

        /**
         * Returns the seconds of a real image, which is held against drawn ones by its features
         * alone.
         */
        private double features() {
            return judged(needs.judges().features().orElse(needs.judges().scorer()));
        }

        private double preparation() {
            return needs.images().orElse(0) * encoding()
                    + MachineSpeed.loading(needs.teacher().textParameters());
        }

        /** Returns the steps that candidates get before one is chosen. */
        private int recovery(String name) {
            VariantSpec variant = needs.spec().variant(name);
            return variant.recoverySteps() * (variant.candidates() + variant.randomCandidates());
        }

        private double distillation(String name, UNetLayout student) {
            DistillationRecipe recipe = needs.spec().distillation();
            int batch = recipe.batchSize();
            int guided = recipe.teacherGuidance() == null ? 1 : 2;
            LayerTimes.Work teaching =
                    recipe.teacherPrecision() == Precision.BF16
                            ? LayerTimes.Work.BF16
                            : LayerTimes.Work.FP32;
            double again = recipe.gradientCheckpointing() ? pass(student, batch) : 0;
            double trained = speed.layers(LayerTimes.Work.TRAINING, student).pass(batch, Set.of());
            double taught = speed.layers(teaching).pass(guided * batch, Set.of());
            double seconds =
                    recipe.gradientAccumulation() * (taught + trained + again)
                            + speed.update(student.parameters(), recipe.emaDecay() > 0);
            return (recipe.steps() + recovery(name)) * seconds
                    + samples(speed.layers(teaching).pass(2, Set.of()), pass(student, 2))
                    + MachineSpeed.loading(readings(student))
                    + speed.writing(needs.distillationWritten(student));
        }

        /** Returns the seconds of a student's pass. */
        private double pass(UNetLayout student, int batch) {
            return speed.layers(LayerTimes.Work.FP32, student).pass(batch, Set.of());
        }

        /** The teacher is digested, cut twice (first to see that it can be), and taught with. */
        private long readings(UNetLayout student) {
            TeacherParts teacher = needs.teacher();
            return 4 * teacher.unet().parameters()
                    + student.parameters()
                    + teacher.vaeMemory().weights() / TeacherParts.FLOAT32
                    + teacher.textParameters();
        }

        /**
         * Returns the seconds of images drawn on the way: the teacher's once, the student's again
         * and again.
         */
        private double samples(double guidedByTeacher, double guidedByStudent) {
            int images = needs.spec().distillation().sampleImages();
            int drawings = needs.studentDrawings();
            double passes = guidedByTeacher + drawings * guidedByStudent;
            return images == 0
                    ? 0
                    : images
                            * (needs.passes(DistillationRecipe.SAMPLE_STEPS, null) * passes
                                    + (1 + drawings) * speed.autoencoder()[1]);
        }

        private double evaluation(UNetLayout student, boolean first) {
            EvaluationSpec evaluation = needs.spec().evaluation();
            LayerTimes full = speed.layers(LayerTimes.Work.FP32);
            int guided = evaluation.guidanceScale() > 1 ? 2 : 1;
            int batch = needs.evaluationBatch();
            double drawn = full.pass(batch, Set.of()) / batch * guided;
            double drawnByStudent = pass(student, batch) / batch * guided;
            double image = speed.autoencoder()[1] + text() + judgedByAll();
            int steps = needs.passes(evaluation.inferenceSteps(), evaluation.scheduler());
            double teacherImages =
                    first
                            ? evaluation.prompts() * (steps * drawn + image)
                                    + needs.realImages() * features()
                            : 0;
            double studentImages = evaluation.prompts() * (steps * drawnByStudent + image);
            double both = full.pass(1, Set.of()) + pass(student, 1);
            return teacherImages
                    + studentImages
                    + needs.workers().latencyRounds(both) * both
                    + MachineSpeed.loading(
                            needs.comparison(student).weights() / TeacherParts.FLOAT32);
        }
    }
}
