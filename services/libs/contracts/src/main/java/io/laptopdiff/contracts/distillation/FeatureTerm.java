package io.laptopdiff.contracts.distillation;

import io.laptopdiff.contracts.json.Require;

/**
 * One stage's part of the feature loss.
 *
 * @param stage such as "down_blocks.0", "mid_block" or "up_blocks.3"
 * @param raw mean squared difference of the features
 * @param normalized weight * raw, as it enters the loss
 * @param weight a_i
 */
public record FeatureTerm(String stage, double raw, double normalized, double weight) {
    public FeatureTerm {
        Require.text("stage", stage);
        Require.atLeast("raw", raw, 0.0);
        Require.atLeast("normalized", normalized, 0.0);
        Require.atLeast("weight", weight, 0.0);
    }
}
