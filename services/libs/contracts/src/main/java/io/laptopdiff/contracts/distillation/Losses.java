package io.laptopdiff.contracts.distillation;

import io.laptopdiff.contracts.json.Require;
import java.util.List;

/**
 * The loss of one batch, term by term.
 *
 * @param total the weighted sum that is minimised
 * @param task mean squared error against the true noise (or velocity), each sample weighed by
 *     Min-SNR where the recipe asks for it, before its weight
 * @param output against the teacher's output, before its weight
 * @param features one term per stage that the student has, before their common weight
 */
public record Losses(double total, double task, double output, List<FeatureTerm> features) {
    public Losses {
        Require.atLeast("total", total, 0.0);
        Require.atLeast("task", task, 0.0);
        Require.atLeast("output", output, 0.0);
        features = Require.list("features", features);
    }
}
