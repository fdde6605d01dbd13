package io.laptopdiff.contracts.evaluation;

import io.laptopdiff.contracts.json.Require;

/**
 * A mean over prompts.
 *
 * @param low lower end of its 95 % interval
 * @param high upper end of its 95 % interval
 */
public record Score(double mean, double low, double high) {
    public Score {
        Require.finite("mean", mean);
        Require.finite("low", low);
        Require.finite("high", high);
    }
}
