package io.laptopdiff.estimation;

import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.unet.DistillationMemory;

/** A recipe as memory sees it. */
public final class Recipes {

    private Recipes() {}

    /** Returns a recipe's choice for memory, on one device. */
    public static DistillationMemory.Choice choice(DistillationRecipe recipe) {
        return new DistillationMemory.Choice(
                recipe.teacherPrecision() == Precision.BF16,
                recipe.gradientCheckpointing(),
                recipe.emaDecay() > 0,
                recipe.teacherGuidance() != null,
                recipe.batchSize(),
                recipe.gradientAccumulation(),
                recipe.sampleImages() > 0);
    }
}
