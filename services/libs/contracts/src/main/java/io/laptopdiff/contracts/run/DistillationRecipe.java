package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * How a student is trained. Defaults follow BK-SDM (arXiv 2305.15798, section 4.1) where it says
 * something.
 *
 * @param dataset location of a directory of captioned images
 * @param steps optimizer steps
 * @param batchSize samples per step
 * @param learningRate of AdamW, reached after the warm-up
 * @param warmupSteps steps of linear rise from 0
 * @param weightDecay of AdamW
 * @param gradientClip largest global norm of the gradient; 0 clips nothing
 * @param taskWeight w_task: against the true noise
 * @param outputWeight w_out: against the teacher's output
 * @param featureWeight w_feat: against the teacher's features
 * @param featureNormalization what each feature term is divided by
 * @param seed of batches, timesteps, noise and dropout
 * @param checkpointEverySteps steps between checkpoints
 * @param captionDropout share of captions replaced by the empty one, from 0 to 1
 * @param schedule of the learning rate after the warm-up
 * @param minSnrGamma weighs the task term by min(SNR, gamma) / SNR (arXiv 2303.09556; for velocity
 *     by min(SNR, gamma) / (SNR + 1)); absent: by 1
 * @param emaDecay the student kept is the moving average of the trained one; 0 keeps the last
 *     weights
 * @param gradientAccumulation batches whose gradients are averaged into one optimizer step
 * @param gradientSharesEverySteps steps between reports of each term's share of the gradient; 0:
 *     none
 * @param teacherGuidance experimental: the teacher's output is guided by this scale, so that the
 *     student needs no second pass; absent: no guidance
 * @param gradientCheckpointing less memory for more time: each stage of the student is computed a
 *     second time on the way back; the gradients are the same
 * @param teacherPrecision what the frozen teacher computes with; its output and features are FP32
 *     either way
 * @param sampleImages how many captions teacher and student draw an image of, for people to look
 *     at: the teacher once, the student at the start, with every checkpoint, and at the end
 */
public record DistillationRecipe(
        String dataset,
        @Default("10000") int steps,
        @Default("16") int batchSize,
        @Default("5e-5") double learningRate,
        @Default("0") int warmupSteps,
        @Default("0.01") double weightDecay,
        @Default("1.0") double gradientClip,
        @Default("1.0") double taskWeight,
        @Default("1.0") double outputWeight,
        @Default("1.0") double featureWeight,
        @Default("\"squared-l2\"") FeatureNormalization featureNormalization,
        @Default("0") long seed,
        @Default("500") int checkpointEverySteps,
        @Default("0.1") double captionDropout,
        @Default("\"constant\"") Schedule schedule,
        @MayBeAbsent Double minSnrGamma,
        @Default("0") double emaDecay,
        @Default("1") int gradientAccumulation,
        @Default("0") int gradientSharesEverySteps,
        @MayBeAbsent Double teacherGuidance,
        @Default("false") boolean gradientCheckpointing,
        @Default("\"fp32\"") Precision teacherPrecision,
        @Default("2") int sampleImages) {

    /** Inference steps of a sample image. */
    public static final int SAMPLE_STEPS = 10;

    private static final int MOST_IMAGES = 8;

    public DistillationRecipe {
        Require.text("dataset", dataset);
        Require.atLeast("steps", steps, 1);
        Require.atLeast("batchSize", batchSize, 1);
        Require.above("learningRate", learningRate, 0);
        Require.atLeast("warmupSteps", warmupSteps, 0);
        Require.atLeast("weightDecay", weightDecay, 0.0);
        Require.atLeast("gradientClip", gradientClip, 0.0);
        Require.atLeast("taskWeight", taskWeight, 0.0);
        Require.atLeast("outputWeight", outputWeight, 0.0);
        Require.atLeast("featureWeight", featureWeight, 0.0);
        Require.that(
                taskWeight + outputWeight + featureWeight > 0,
                "taskWeight",
                taskWeight,
                "at least one of 'taskWeight', 'outputWeight' and 'featureWeight' must be above 0");
        Require.present("featureNormalization", featureNormalization);
        Require.atLeast("checkpointEverySteps", checkpointEverySteps, 1);
        Require.within("captionDropout", captionDropout, 0, 1);
        Require.present("schedule", schedule);
        if (minSnrGamma != null) {
            Require.above("minSnrGamma", minSnrGamma, 0);
        }
        Require.that(
                emaDecay >= 0 && emaDecay < 1,
                "emaDecay",
                emaDecay,
                "it must be at least 0 and below 1, such as 0.999");
        Require.atLeast("gradientAccumulation", gradientAccumulation, 1);
        Require.atLeast("gradientSharesEverySteps", gradientSharesEverySteps, 0);
        if (teacherGuidance != null) {
            Require.atLeast("teacherGuidance", teacherGuidance, 1.0);
        }
        Require.present("teacherPrecision", teacherPrecision);
        Require.that(
                sampleImages >= 0 && sampleImages <= MOST_IMAGES,
                "sampleImages",
                sampleImages,
                "it must be from 0 to " + MOST_IMAGES);
    }

    /** Makes a recipe with a constant learning rate, and none of the further choices. */
    public DistillationRecipe(
            String dataset,
            int steps,
            int batchSize,
            double learningRate,
            int warmupSteps,
            double weightDecay,
            double gradientClip,
            double taskWeight,
            double outputWeight,
            double featureWeight,
            FeatureNormalization featureNormalization,
            long seed,
            int checkpointEverySteps,
            double captionDropout) {
        this(
                dataset,
                steps,
                batchSize,
                learningRate,
                warmupSteps,
                weightDecay,
                gradientClip,
                taskWeight,
                outputWeight,
                featureWeight,
                featureNormalization,
                seed,
                checkpointEverySteps,
                captionDropout,
                Schedule.CONSTANT,
                null,
                0,
                1,
                0,
                null,
                false,
                Precision.FP32,
                2);
    }

    /** Returns the same recipe on other data. */
    public DistillationRecipe withDataset(String location) {
        return new DistillationRecipe(
                location,
                steps,
                batchSize,
                learningRate,
                warmupSteps,
                weightDecay,
                gradientClip,
                taskWeight,
                outputWeight,
                featureWeight,
                featureNormalization,
                seed,
                checkpointEverySteps,
                captionDropout,
                schedule,
                minSnrGamma,
                emaDecay,
                gradientAccumulation,
                gradientSharesEverySteps,
                teacherGuidance,
                gradientCheckpointing,
                teacherPrecision,
                sampleImages);
    }
}
