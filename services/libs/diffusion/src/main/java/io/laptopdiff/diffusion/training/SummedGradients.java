package io.laptopdiff.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import java.util.HashSet;
import java.util.Set;

/**
 * {@link AdamW} as DJL's parameter servers take an optimizer. They hand over one parameter after
 * the other, and clipping needs the norm of all of them: so the weights move when the last one has
 * come, in one fused step.
 *
 * <p>A server has added up the devices' gradients in the first device's own array (as {@code
 * LocalParameterServer} does), which is where AdamW looks; the array handed over is a copy of it.
 */
final class SummedGradients extends Optimizer {

    /** The builder that DJL wants; its scale, clip and decay stay at "none": AdamW has its own. */
    private static final class Builder extends OptimizerBuilder<Builder> {
        @Override
        protected Builder self() {
            return this;
        }
    }

    private final AdamW optimizer;
    private final int parameters;
    private final Set<String> come = new HashSet<>();
    private double learningRate;
    private double maxGradientNorm;
    private double norm;

    /**
     * @param parameters that a step consists of
     */
    SummedGradients(AdamW optimizer, int parameters) {
        super(new Builder());
        this.optimizer = optimizer;
        this.parameters = parameters;
    }

    /** Begins a step; its numbers are those of {@link AdamW#step}. */
    void begin(double newLearningRate, double newMaxGradientNorm) {
        come.clear();
        learningRate = newLearningRate;
        maxGradientNorm = newMaxGradientNorm;
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray gradient) {
        if (!come.add(parameterId)) {
            throw new IllegalStateException(parameterId + " came twice in one step");
        }
        if (come.size() == parameters) {
            norm = optimizer.step(learningRate, maxGradientNorm);
        }
    }

    /** Returns the norm of the summed gradients of the last step, before clipping. */
    double norm() {
        return norm;
    }
}
