package io.laptopdiff.distillation.loss;

import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.FeatureNormalization;

/**
 * What the terms of the loss count.
 *
 * @param task w_task: against the true noise or velocity
 * @param output w_out: against the teacher's output
 * @param features w_feat: against the teacher's features
 * @param normalization what each feature term is divided by
 */
public record LossWeights(
        double task, double output, double features, FeatureNormalization normalization) {

    /** Returns the weights that a recipe asks for. */
    public static LossWeights of(DistillationRecipe recipe) {
        return new LossWeights(
                recipe.taskWeight(),
                recipe.outputWeight(),
                recipe.featureWeight(),
                recipe.featureNormalization());
    }
}
