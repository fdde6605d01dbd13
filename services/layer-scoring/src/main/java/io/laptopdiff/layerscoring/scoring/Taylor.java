package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * First-order estimate of what the removal does to the denoising loss L: |sum w dL/dw| over the
 * tensors that go with the unit (Molchanov et al., arXiv 1906.10771, applied to whole layers), for
 * each sample alone, so that batches and slices change nothing.
 */
final class Taylor implements UnitCriterion {

    private static final TorchScriptFunction MEAN_SQUARE =
            TorchScriptFunction.of("mean square", "a, b", "d = a - b\nreturn torch.mean(d * d)");
    private static final TorchScriptFunction SUM_OF_PRODUCTS =
            TorchScriptFunction.ofLists(
                    "sum of products",
                    "w, g",
                    // 7 is float64 in PyTorch's numbering of types
                    "s = torch.zeros([], dtype=7)\n"
                            + "for i in range(torch.len(w)):\n"
                            + "  s = s + torch.sum(torch.to(w[i], 7) * torch.to(g[i], 7))\n"
                            + "return s");
    private static final TorchScriptFunction ZERO =
            TorchScriptFunction.ofLists(
                    "zero gradients", "g", "torch._foreach_zero_(g)\nreturn torch.zeros([])");

    @Override
    public Criterion criterion() {
        return Criterion.TAYLOR;
    }

    @Override
    public double[][] measure(CalibrationBatch batch) {
        List<Set<String>> units = UnitTensors.of(batch.teacher().layout());
        double[][] values = new double[units.size()][batch.size()];
        batch.weights().requireGradients();
        for (int i = 0; i < batch.size(); i++) {
            batch.interruption().check();
            try (NDManager scope = batch.target().getManager().newSubManager()) {
                differentiate(batch, i, scope);
                for (int u = 0; u < values.length; u++) {
                    values[u][i] = Math.abs(product(units.get(u), batch, scope));
                }
                zeroGradients(batch, scope);
            }
        }
        return values;
    }

    private static void differentiate(CalibrationBatch batch, int sample, NDManager scope) {
        try (GradientTape tape = GradientTape.record()) {
            NDArray loss =
                    MEAN_SQUARE.apply(batch.predict(sample, scope), batch.target(sample, scope));
            tape.backward(loss);
        }
    }

    private static double product(Set<String> names, CalibrationBatch batch, NDManager scope) {
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        for (String name : names) {
            NDArray weight = batch.weights().get(name);
            weights.add(weight);
            gradients.add(gradient(weight, scope));
        }
        return SUM_OF_PRODUCTS.applyLists(scope, List.of(weights, gradients)).getDouble();
    }

    private static void zeroGradients(CalibrationBatch batch, NDManager scope) {
        List<NDArray> gradients =
                batch.weights().arrays().stream().map(weight -> gradient(weight, scope)).toList();
        ZERO.applyLists(scope, List.of(gradients));
    }

    private static NDArray gradient(NDArray weight, NDManager scope) {
        NDArray gradient = weight.getGradient();
        gradient.attach(scope);
        return gradient;
    }
}
