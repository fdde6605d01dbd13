package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.distillation.dataset.EncodedDataset;

/** What batches are made of. */
record TrainingData(EncodedDataset samples, NoiseScheduler scheduler) {

    /** Those that a recipe trains on. */
    Batches batches(DistillationRecipe recipe) {
        return batches(recipe, recipe.seed());
    }

    /** The same of other draws. */
    Batches batches(DistillationRecipe recipe, long seed) {
        BatchDraws draws =
                new BatchDraws(
                        seed,
                        samples.size(),
                        recipe.batchSize(),
                        scheduler.timesteps(),
                        recipe.captionDropout());
        return new Batches(samples, draws, scheduler, recipe.minSnrGamma());
    }
}
