package io.laptopdiff.pruningplanner.knapsack;

/**
 * A unit that may be removed.
 *
 * @param path diffusers module path
 * @param parameters what its removal frees, bonuses aside; at least 1
 * @param loss what its removal costs; finite, at least 0
 */
public record ScoredUnit(String path, long parameters, double loss) {
    public ScoredUnit {
        if (parameters < 1) {
            throw new IllegalArgumentException(
                    "unit " + path + " frees " + parameters + " parameters; at least 1 is needed");
        }
        if (!Double.isFinite(loss) || loss < 0) {
            throw new IllegalArgumentException(
                    "unit "
                            + path
                            + " has the score "
                            + loss
                            + "; a finite number of at least 0 is needed, so look for NaN in the"
                            + " teacher's weights and in the calibration images");
        }
    }
}
