package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.distillation.loss.StepLoss;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** How much of the gradient each weighted term of the loss makes. */
final class GradientShares {

    private GradientShares() {}

    /**
     * Goes back once for each term. Gradients are zero before and afterwards.
     *
     * @param backward adds a term's gradient to the weights, and can be called again
     * @return the norm of each term's gradient over the sum of these norms; null where that is not
     *     finite
     */
    static Map<String, Double> of(StepLoss loss, Consumer<NDArray> backward, AdamW optimizer) {
        Map<String, Double> norms = new LinkedHashMap<>();
        loss.terms()
                .forEach(
                        (term, value) -> {
                            backward.accept(value);
                            norms.put(term, optimizer.gradientNorm());
                            optimizer.zeroGradients();
                        });
        double sum = norms.values().stream().mapToDouble(norm -> norm).sum();
        if (!Double.isFinite(sum)) {
            return null;
        }
        norms.replaceAll((term, norm) -> sum == 0 ? 0 : norm / sum);
        return norms;
    }
}
