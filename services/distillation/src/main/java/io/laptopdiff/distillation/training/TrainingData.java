package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.distillation.checkpoints.Checkpoint;
import io.laptopdiff.distillation.checkpoints.DataCursor;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import java.util.Optional;

/** The data that batches are made of. */
record TrainingData(EncodedDataset samples, NoiseScheduler scheduler) {

    /**
     * Returns the place of the next sample.
     *
     * @param last checkpoint that the training goes on from; empty at its start
     * @throws StageException if the checkpoint's samples were drawn from other images
     */
    DataCursor cursor(DistillationRecipe recipe, Optional<Checkpoint> last) {
        if (last.isEmpty()) {
            return new DataCursor(0, samples.size());
        }
        DataCursor saved = last.get().progress().cursor();
        if (saved == null) {
            long perStep = (long) recipe.gradientAccumulation() * recipe.batchSize();
            return new DataCursor(last.get().progress().step() * perStep, samples.size());
        }
        if (saved.images() != samples.size()) {
            throw new StageException(
                    "The checkpoint drew from %d images, and %d can be used now"
                            .formatted(saved.images(), samples.size()),
                    last.get().directory().toString(),
                    "Ask for a run of another id, or remove the checkpoints.");
        }
        return saved;
    }

    /** Returns the batches that a recipe trains on. */
    Batches batches(DistillationRecipe recipe) {
        return batches(recipe, recipe.seed());
    }

    /** Returns batches of a recipe's size, drawn by another seed. */
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
