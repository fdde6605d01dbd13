package io.laptopdiff.diffusion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Gradients against finite differences along the gradient itself, weight by weight. */
public final class Gradients {

    private static final double TOLERANCE = 0.03; // fp32 losses and a finite step

    private Gradients() {}

    /**
     * Moves every weight along its gradient g to both sides: the loss must change by |g| per unit
     * of length.
     *
     * @param loss makes a scalar from arrays of the manager given to it; called about twice per
     *     weight
     * @param relevant the weights that are looked at; all others may have none
     */
    public static void check(
            StateDict weights,
            Function<NDManager, NDArray> loss,
            Function<String, Boolean> relevant,
            NDManager parent) {
        weights.requireGradients();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (NDManager step = parent.newSubManager();
                GradientTape tape = GradientTape.record()) {
            tape.backward(loss.apply(step));
            for (String name : weights.names()) {
                if (relevant.apply(name)) {
                    try (NDArray gradient = weights.get(name).getGradient()) {
                        gradients.put(name, gradient.toFloatArray());
                    }
                }
            }
        }
        gradients.forEach(
                (name, gradient) -> check(weights.get(name), name, gradient, loss, parent));
    }

    private static void check(
            NDArray weight,
            String name,
            float[] gradient,
            Function<NDManager, NDArray> loss,
            NDManager parent) {
        double norm = 0;
        for (float g : gradient) {
            norm += (double) g * g;
        }
        norm = Math.sqrt(norm);
        if (norm == 0) {
            return;
        }
        double length =
                Math.min(
                        0.005,
                        0.005 / norm); // far enough to stand out of rounding, near enough to be
        // linear
        float[] original = GradientTape.withoutRecording(weight::toFloatArray);
        double up = moved(weight, original, gradient, length / norm, loss, parent);
        double down = moved(weight, original, gradient, -length / norm, loss, parent);
        set(weight, original, parent);
        double expected = 2 * length * norm;
        double rounding = 2e-6 * Math.abs(up); // some ulps of the fp32 loss
        assertThat(up - down).as(name).isCloseTo(expected, within(TOLERANCE * expected + rounding));
    }

    private static double moved(
            NDArray weight,
            float[] original,
            float[] gradient,
            double factor,
            Function<NDManager, NDArray> loss,
            NDManager parent) {
        float[] there = original.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] += (float) (factor * gradient[i]);
        }
        set(weight, there, parent);
        try (NDManager step = parent.newSubManager()) {
            return GradientTape.withoutRecording(() -> loss.apply(step).getFloat());
        }
    }

    private static void set(NDArray weight, float[] values, NDManager parent) {
        try (NDArray source = parent.create(values, weight.getShape())) {
            GradientTape.withoutRecording(
                    () -> {
                        weight.subi(weight).addi(source);
                        return null;
                    });
        }
    }
}
