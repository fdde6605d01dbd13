package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The mean absolute weight of the tensors that go with a unit; the same on every sample. */
final class Magnitude implements UnitCriterion {

    private double[] means;

    @Override
    public Criterion criterion() {
        return Criterion.MAGNITUDE;
    }

    @Override
    public double[][] measure(CalibrationBatch batch) {
        if (means == null) {
            means = means(batch);
        }
        double[][] values = new double[means.length][batch.size()];
        for (int u = 0; u < means.length; u++) {
            Arrays.fill(values[u], means[u]);
        }
        return values;
    }

    private static double[] means(CalibrationBatch batch) {
        List<Set<String>> tensors = UnitTensors.of(batch.teacher().layout());
        return tensors.stream().mapToDouble(names -> mean(names, batch.weights())).toArray();
    }

    private static double mean(Set<String> names, StateDict weights) {
        double sum = 0;
        long elements = 0;
        for (String name : names) {
            NDArray weight = weights.get(name);
            try (NDArray absolute = weight.abs();
                    NDArray total = absolute.sum()) {
                sum += total.getFloat();
                elements += weight.size();
            }
        }
        return sum / elements;
    }
}
