package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.GenerationListener;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Teacher, student and first scorer in memory; the features may be the scorer itself. The student
 * draws with the teacher's other parts, so that only the U-Nets differ.
 */
record Models(
        StableDiffusionPipeline pipeline,
        UNet2DConditionModel student,
        ClipScorer scorer,
        ImageFeatures features,
        FurtherScorers further)
        implements AutoCloseable {

    /** The scorer first: a wrong one shall be found before gigabytes are read. */
    static Models load(DistillationFinished event, Artifacts artifacts, NDManager manager) {
        Path teacher = PipelineLocation.directory(event.spec().teacher(), artifacts::local);
        Path student = artifacts.directory(event.student()).resolve("unet");
        Scheduler scheduler = Samplers.of(teacher, event.spec().evaluation());
        requireFitting(UNetConfig.read(student), UNetConfig.read(teacher.resolve("unet")), student);
        EvaluationSpec spec = event.spec().evaluation();
        ClipScorer scorer = ClipScorer.load(artifacts.directory(spec.scorer()), manager);
        ImageFeatures features = scorer;
        StableDiffusionPipeline pipeline = null;
        try {
            if (spec.inception() != null) {
                features = Inception.load(spec.inception(), artifacts, manager);
            }
            pipeline = StableDiffusionPipeline.load(teacher, scheduler, manager);
            return new Models(
                    pipeline,
                    UNet2DConditionModel.load(student, manager),
                    scorer,
                    features,
                    new FurtherScorers(spec.scorers(), artifacts, manager));
        } catch (RuntimeException e) {
            close(scorer, features);
            if (pipeline != null) {
                pipeline.close();
            }
            throw e;
        }
    }

    private static void requireFitting(UNetConfig student, UNetConfig teacher, Path directory) {
        Path config = directory.resolve("config.json");
        requireEqual(
                config,
                "cross_attention_dim",
                student.crossAttentionDim(),
                teacher.crossAttentionDim());
        requireEqual(config, "in_channels", student.inChannels(), teacher.inChannels());
        requireEqual(config, "sample_size", student.sampleSize(), teacher.sampleSize());
    }

    private static void requireEqual(Path config, String field, int student, int teacher) {
        if (student != teacher) {
            throw new StageException(
                    "The student's value is " + student + " where the teacher's is " + teacher,
                    config + ": " + field,
                    "Evaluate a student beside the teacher that it was pruned from.");
        }
    }

    UNet2DConditionModel teacher() {
        return pipeline.unet();
    }

    /** Returns the height and width of images, in pixels. */
    int resolution() {
        return teacher().config().sampleSize() * pipeline.vae().config().downsamplingFactor();
    }

    /** Draws one image per caption, as the spec says. */
    List<BufferedImage> draw(
            UNet2DConditionModel unet,
            List<String> captions,
            long[] seeds,
            EvaluationSpec spec,
            int batchSize,
            GenerationListener listener) {
        GenerationSettings settings =
                GenerationSettings.of(spec.inferenceSteps(), spec.guidanceScale())
                        .withBatchSize(batchSize);
        return pipeline.withUnet(unet).generate(captions, seeds, settings, listener);
    }

    @Override
    public void close() {
        pipeline.close();
        student.close();
        close(scorer, features);
    }

    private static void close(ClipScorer scorer, ImageFeatures features) {
        if (features != scorer) {
            features.close();
        }
        scorer.close();
    }
}
