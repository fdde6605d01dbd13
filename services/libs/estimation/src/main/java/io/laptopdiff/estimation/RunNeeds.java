package io.laptopdiff.estimation;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.ComparisonMemory;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.ScoringMemory;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Bytes of memory and disk that the stages of a run need, beside what an idle process holds: told
 * from configs alone, in no time. A variant's units are not known before they are scored: the
 * largest ones stand for them.
 *
 * @param judges null where no image is drawn
 * @param images to learn from; empty where they would have to be fetched to be counted
 */
record RunNeeds(
        RunSpec spec,
        Artifacts artifacts,
        WorkerSettings workers,
        TeacherParts teacher,
        Judges judges,
        OptionalInt images) {

    /**
     * Reads the configs.
     *
     * @throws RuntimeException if one is missing or not as it must be
     */
    static RunNeeds of(RunSpec spec, Artifacts artifacts, WorkerSettings workers) {
        return new RunNeeds(
                spec,
                artifacts,
                workers,
                TeacherParts.read(PipelineLocation.directory(spec.teacher(), artifacts::local)),
                judgesOf(spec, artifacts),
                spec.planOnly()
                        ? OptionalInt.of(0)
                        : images(spec.distillation().dataset(), artifacts));
    }

    private static Judges judgesOf(RunSpec spec, Artifacts artifacts) {
        return spec.usesScorers() ? Judges.of(spec.evaluation(), artifacts) : null;
    }

    /** Returns the needs of a changed run of the same models and data. */
    RunNeeds with(RunSpec changed) {
        return new RunNeeds(
                changed, artifacts, workers, teacher, judgesOf(changed, artifacts), images);
    }

    /**
     * Returns the needs of workers that take batches as large as they are set to, and have room
     * for.
     */
    RunNeeds within(RunLimits limits) {
        int batch = scoringBatch();
        int together = workers.scoringTogether();
        while (batch > 1 && Residence.of(scoring(batch, together)) > limits.scoringBytes()) {
            batch--;
        }
        while (together > 1 && Residence.of(scoring(batch, together)) > limits.scoringBytes()) {
            together--;
        }
        int drawn = workers.drawingBatch();
        if (!spec.planOnly()) {
            for (UNetLayout student : students().values()) {
                ComparisonMemory comparison = comparison(student);
                int guided = guides(spec.evaluation().guidanceScale());
                while (drawn > 1
                        && Residence.of(comparison.needed(guided * drawn))
                                > limits.evaluationBytes()) {
                    drawn--;
                }
            }
        }
        return new RunNeeds(
                spec, artifacts, workers.within(batch, together, drawn), teacher, judges, images);
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

    /** The largest share that a variant is asked to lose of anything; 0 without a budget. */
    static double ratio(VariantSpec variant) {
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

    /** Returns every unit by itself, as a sweep removes them. */
    List<Set<String>> removals() {
        return teacher.unet().units().stream().map(Unit::path).map(Set::of).toList();
    }

    /** Returns the bytes of a worker that scores so many samples and removals in one pass. */
    long scoring(int batch, int together) {
        ScoringMemory memory =
                new ScoringMemory(
                        teacher.unet(),
                        teacher.tokens(),
                        spec.scoring().precision() == Precision.BF16,
                        spec.scoring().criteria().contains(Criterion.TAYLOR));
        long needed = Math.max(encoding(), memory.needed(batch, together, removals()));
        if (spec.scoring().criteria().contains(Criterion.CLIP_SCORE)) {
            needed = Math.max(needed, clipScore(batch));
        }
        return spec.calibration().prompts() == null
                ? needed
                : Math.max(needed, teacher.drawing(guides(drawnGuidance()) * batch));
    }

    private long clipScore(int images) {
        return teacher.drawing(guides(clipGuidance()) * images)
                + TeacherParts.FLOAT32 * judges.scorer().parameters();
    }

    private double clipGuidance() {
        return spec.scoring().clipScoreOrDefault().guidanceScale();
    }

    private double drawnGuidance() {
        return spec.calibration().drawingOrDefault().guidanceScale();
    }

    private static int guides(double guidanceScale) {
        return guidanceScale > 1 ? 2 : 1;
    }

    long encoding() {
        return teacher.encoding();
    }

    long distillation(UNetLayout student) {
        return teacher.distillation(student, images.orElse(Integer.MAX_VALUE))
                .needed(Recipes.choice(spec.distillation()));
    }

    /** Returns the bytes of the checkpoints that stay, and of the student. */
    long distillationDisk(UNetLayout student) {
        return Math.min(WorkerSettings.KEPT_CHECKPOINTS, checkpoints()) * checkpoint(student)
                + result(student);
    }

    /** Returns the bytes of the checkpoint that is written before the oldest one goes. */
    long distillationDiskMeanwhile(UNetLayout student) {
        return checkpoints() > WorkerSettings.KEPT_CHECKPOINTS ? checkpoint(student) : 0;
    }

    /** Returns the bytes of the data set, encoded, which every variant and run shares. */
    long preparationDisk() {
        return images.orElse(0) * teacher.encodedSampleBytes();
    }

    /** Returns the bytes that are written in all: every checkpoint, and the student. */
    long distillationWritten(UNetLayout student) {
        return checkpoints() * checkpoint(student) + result(student);
    }

    /**
     * Returns how often the student's images are drawn as the training goes on: one list each time.
     */
    int studentDrawings() {
        DistillationRecipe recipe = spec.distillation();
        boolean endsBetween = recipe.steps() % recipe.checkpointEverySteps() > 0;
        return 1 + checkpoints() + (endsBetween ? 1 : 0);
    }

    /** The end is kept as the student, and needs none. */
    private int checkpoints() {
        return spec.distillation().steps() / spec.distillation().checkpointEverySteps();
    }

    /**
     * Returns the bytes of a checkpoint: weights, two moments, and where it is kept the average.
     */
    private long checkpoint(UNetLayout student) {
        return TeacherParts.FLOAT32
                * student.parameters()
                * (spec.distillation().emaDecay() > 0 ? 4 : 3);
    }

    private long result(UNetLayout student) {
        return TeacherParts.FLOAT32 * student.parameters() + teacher.restBytes();
    }

    /** Returns the samples of a pass: the images drawn at once, twice where they are guided. */
    int evaluationBatch() {
        EvaluationSpec evaluation = spec.evaluation();
        return guides(evaluation.guidanceScale())
                * Math.min(workers.drawingBatch(), evaluation.prompts());
    }

    ComparisonMemory comparison(UNetLayout student) {
        return teacher.comparison(student, judges);
    }

    /**
     * Returns the bytes of drawing all images at once that a worker draws together where it has the
     * memory.
     */
    long evaluation(UNetLayout student) {
        return comparison(student).needed(evaluationBatch());
    }

    /** Returns the bytes of drawing one image at a time. */
    long leastEvaluation(UNetLayout student) {
        return comparison(student).needed(guides(spec.evaluation().guidanceScale()));
    }

    /**
     * Returns the bytes of the images drawn.
     *
     * @param first whether the teacher's are drawn as well
     */
    long evaluationDisk(boolean first) {
        long pixels = 3L * teacher.resolution() * teacher.resolution();
        return (first ? 2 : 1) * spec.evaluation().prompts() * pixels;
    }

    /** Samples that scoring takes through one pass. */
    int scoringBatch() {
        int slices = spec.calibration().slices();
        int slice = (spec.calibration().samples() + slices - 1) / slices;
        return Math.min(workers.scoringBatch(), slice);
    }

    /**
     * Returns the images of a data set, counted by names, in folders and archives, without a look
     * at an image.
     */
    private static OptionalInt images(String dataset, Artifacts artifacts) {
        return artifacts.isRemote(dataset)
                ? OptionalInt.empty()
                : OptionalInt.of(ImageSource.open(artifacts.data(dataset)).size());
    }

    /**
     * Returns the number of held-out images to tell drawn ones from: four for each prompt, as far
     * as there are.
     */
    int realImages() {
        int wanted = WorkerSettings.REAL_IMAGES_PER_PROMPT * spec.evaluation().prompts();
        return Math.min(wanted, images(spec.evaluation().dataset(), artifacts).orElse(wanted));
    }

    /**
     * Passes of the U-Net that an image takes.
     *
     * @param scheduler null for the teacher's own
     */
    int passes(int inferenceSteps, SamplerName scheduler) {
        Path teacher = PipelineLocation.directory(spec.teacher(), artifacts::local);
        return Scheduler.ofPipeline(teacher, SamplerName.textOf(scheduler)).passes(inferenceSteps);
    }

    /** Returns the bytes of all stages on disk, one checkpoint more than stays included. */
    long disk() {
        if (spec.planOnly()) {
            return 0;
        }
        long bytes = preparationDisk();
        long meanwhile = 0;
        boolean first = true;
        for (UNetLayout student : students().values()) {
            bytes += distillationDisk(student) + evaluationDisk(first);
            meanwhile = Math.max(meanwhile, distillationDiskMeanwhile(student));
            first = false;
        }
        return bytes + meanwhile;
    }

    StageEstimate scoringStage() {
        return StageEstimate.untimed(
                "scoring", scoring(scoringBatch(), workers.scoringTogether()), 0);
    }

    StageEstimate preparationStage() {
        return StageEstimate.untimed("preparation", encoding(), preparationDisk());
    }

    StageEstimate distillationStage(String name, UNetLayout student) {
        return StageEstimate.untimed(
                "distillation " + name, distillation(student), distillationDisk(student));
    }

    /**
     * @param first whether the teacher's images are drawn as well
     */
    StageEstimate evaluationStage(String name, UNetLayout student, boolean first) {
        return StageEstimate.untimed(
                "evaluation " + name, evaluation(student), evaluationDisk(first));
    }
}
