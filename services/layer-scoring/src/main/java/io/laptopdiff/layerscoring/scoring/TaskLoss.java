package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.diffusion.unet.RemovalSweep;

/**
 * What the denoising loss rises by when one unit is removed; below 0 where the teacher errs less
 * without it.
 */
final class TaskLoss implements UnitCriterion {

    @Override
    public Criterion criterion() {
        return Criterion.TASK_LOSS;
    }

    @Override
    public double[][] measure(CalibrationBatch batch) {
        RemovalSweep.Outputs outputs = batch.outputs();
        double[] whole = MeanSquares.of(outputs.whole(), batch.target());
        return outputs.without().stream()
                .map(without -> MeanSquares.of(without, batch.target()))
                .map(loss -> less(loss, whole))
                .toArray(double[][]::new);
    }

    private static double[] less(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }
}
