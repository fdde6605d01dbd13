package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
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
        @Default("0.1") double captionDropout) {
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
    }

    /** The same recipe on other data. */
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
                captionDropout);
    }
}
