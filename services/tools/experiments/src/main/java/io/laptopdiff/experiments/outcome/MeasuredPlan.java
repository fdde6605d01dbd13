package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.json.Require;

/**
 * A set of units that was removed together to look.
 *
 * @param units how many
 * @param predicted sum of the units' output losses
 * @param measured joint output loss
 * @param standardError of the measured loss
 */
public record MeasuredPlan(int units, double predicted, double measured, double standardError) {
    public MeasuredPlan {
        Require.atLeast("units", units, 1);
        Require.finite("predicted", predicted);
        Require.finite("measured", measured);
        Require.finite("standardError", standardError);
    }
}
