package io.laptopdiff.pruningplanner.knapsack;

/** Thrown where more is asked to be removed than there is to remove. */
public final class InfeasibleRatioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final double largestRatio;

    InfeasibleRatioException(double ratio, double largestRatio) {
        super(
                "ratio "
                        + ratio
                        + " cannot be reached: removing every unit gives "
                        + largestRatio
                        + ", which is the largest ratio of this U-Net");
        this.largestRatio = largestRatio;
    }

    /** The ratio that removing every unit gives. */
    public double largestRatio() {
        return largestRatio;
    }
}
