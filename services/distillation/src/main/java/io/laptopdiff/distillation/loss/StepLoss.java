package io.laptopdiff.distillation.loss;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The loss of one batch, still on the device.
 *
 * @param total what is minimised, a scalar
 * @param values (3 + 2n): total, task and output, then mean squared difference and a_i of each of n
 *     stages; not recorded
 * @param stages the n stages, by the teacher's paths
 * @param terms what {@code total} is the sum of, each with its weights: "task", "output" and
 *     "features.STAGE"; none of weight 0
 */
public record StepLoss(
        NDArray total, NDArray values, List<String> stages, Map<String, NDArray> terms) {

    private static final int BEFORE_STAGES = 3;

    /**
     * Brings the terms to Java.
     *
     * @throws NonFiniteLossException if one of them is NaN or infinite
     */
    public Losses read() {
        float[] read = values.toFloatArray();
        for (float value : read) {
            if (!Float.isFinite(value)) {
                throw new NonFiniteLossException(describe(read));
            }
        }
        List<FeatureTerm> features = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            double raw = read[BEFORE_STAGES + 2 * i];
            double weight = read[BEFORE_STAGES + 2 * i + 1];
            features.add(new FeatureTerm(stages.get(i), raw, raw * weight, weight));
        }
        return new Losses(read[0], read[1], read[2], features);
    }

    private String describe(float[] read) {
        StringBuilder text = new StringBuilder();
        text.append("total ").append(read[0]);
        text.append(", task ").append(read[1]);
        text.append(", output ").append(read[2]);
        for (int i = 0; i < stages.size(); i++) {
            float raw = read[BEFORE_STAGES + 2 * i];
            if (!Float.isFinite(raw)) {
                text.append(", ").append(stages.get(i)).append(' ').append(raw);
            }
        }
        return text.toString();
    }
}
