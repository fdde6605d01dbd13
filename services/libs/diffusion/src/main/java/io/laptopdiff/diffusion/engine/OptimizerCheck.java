package io.laptopdiff.diffusion.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.List;
import java.util.Random;

/** Holds PyTorch's fused AdamW step against the published formula in double precision. */
final class OptimizerCheck {

    private static final double RATE = 1e-3;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double DECAY = 0.01;
    private static final int SEED = 21;
    private static final int STEPS = 3;

    /** The number of parameters: several lanes of every vector width, and a rest. */
    private static final int NUMBERS = 1037;

    static final OperatorForm FUSED =
            new OperatorForm(
                    "fused",
                    "torch._foreach_add_(steps, 1)\n"
                            + "torch._fused_adamw_(params, grads, first, second, [], steps, lr=%s, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)\n"
                                    .formatted(RATE, BETA1, BETA2, DECAY, EPSILON)
                            + "return steps[0]");

    private OptimizerCheck() {}

    /** Measures how far the parameters are from those of the formula after some steps. */
    static FormCheck.Error error(OperatorForm form, NDManager parent) {
        TorchScriptFunction step =
                TorchScriptFunction.ofLists(
                        "AdamW", "params, grads, first, second, steps", form.body());
        Random random = new Random(SEED);
        double[] parameters = new double[NUMBERS];
        double[] first = new double[NUMBERS];
        double[] second = new double[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            parameters[i] = (float) random.nextGaussian();
        }
        try (NDManager manager = parent.newSubManager()) {
            NDArray tensor = tensor(parameters, manager);
            NDArray m = manager.zeros(new Shape(NUMBERS));
            NDArray v = manager.zeros(new Shape(NUMBERS));
            NDArray count = manager.zeros(new Shape());
            for (int t = 1; t <= STEPS; t++) {
                double[] gradient = new double[NUMBERS];
                for (int i = 0; i < NUMBERS; i++) {
                    gradient[i] = (float) random.nextGaussian();
                    advance(i, t, gradient[i], parameters, first, second);
                }
                step.applyLists(
                        manager,
                        List.of(
                                List.of(tensor),
                                List.of(tensor(gradient, manager)),
                                List.of(m),
                                List.of(v),
                                List.of(count)));
            }
            try (NDArray converted = tensor.toType(DataType.FLOAT64, true)) {
                return new FormCheck.Error(
                        FormCheck.distance(converted.toDoubleArray(), parameters),
                        "parameters after " + STEPS + " steps");
            }
        } catch (RuntimeException e) {
            return new FormCheck.Error(Double.POSITIVE_INFINITY, FormCheck.reason(e));
        }
    }

    /**
     * Takes a step of algorithm 2 of Loshchilov and Hutter, arXiv 1711.05101, with PyTorch's order
     * of decay.
     */
    private static void advance(
            int i, int t, double gradient, double[] parameters, double[] first, double[] second) {
        first[i] = BETA1 * first[i] + (1 - BETA1) * gradient;
        second[i] = BETA2 * second[i] + (1 - BETA2) * gradient * gradient;
        double m = first[i] / (1 - Math.pow(BETA1, t));
        double v = second[i] / (1 - Math.pow(BETA2, t));
        parameters[i] -= RATE * DECAY * parameters[i];
        parameters[i] -= RATE * m / (Math.sqrt(v) + EPSILON);
    }

    private static NDArray tensor(double[] values, NDManager manager) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        try (NDArray given = manager.create(floats)) {
            return given.duplicate();
        }
    }
}
