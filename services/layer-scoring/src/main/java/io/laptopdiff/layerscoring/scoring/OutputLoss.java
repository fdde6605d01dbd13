package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.diffusion.unet.RemovalSweep;

/**
 * The output loss of LAPTOP-Diff (arXiv 2404.11098, section 3.2): how far the U-Net's output moves
 * when one unit is removed. The output is what the model predicts, noise or velocity.
 */
final class OutputLoss implements UnitCriterion {

    @Override
    public Criterion criterion() {
        return Criterion.OUTPUT_LOSS;
    }

    @Override
    public double[][] measure(CalibrationBatch batch) {
        return of(batch.outputs());
    }

    /** Returns for each set of units its mean square per sample, {@code [sets][B]}. */
    static double[][] of(RemovalSweep.Outputs outputs) {
        return outputs.without().stream()
                .map(without -> MeanSquares.of(without, outputs.whole()))
                .toArray(double[][]::new);
    }
}
