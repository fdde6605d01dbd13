package io.laptopdiff.shapes.training;

/**
 * How one of the models is trained.
 *
 * @param steps optimizer steps
 * @param batchSize images per step
 * @param learningRate its peak, after the warm-up
 * @param warmupSteps of linear warm-up; a cosine to zero follows
 * @param averageDecay of the moving average of the weights, which is what is kept; 0 keeps the last
 *     weights
 * @param checkpointEverySteps how much work a kill can cost
 */
public record StageRecipe(
        int steps,
        int batchSize,
        double learningRate,
        int warmupSteps,
        double averageDecay,
        int checkpointEverySteps) {

    public StageRecipe {
        if (steps < 1 || batchSize < 1 || checkpointEverySteps < 1) {
            throw new IllegalArgumentException(
                    "steps, batchSize and checkpointEverySteps must be at least 1");
        }
    }
}
