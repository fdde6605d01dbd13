package io.laptopdiff.diffusion.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterServer;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.List;

/**
 * Trained weights and their copies on further devices. DJL's parameter server adds up the gradients
 * of all of them on the first device; there is one optimizer with one state, on the first device
 * too, and the copies take over what it made of the weights.
 *
 * <p>DJL's {@code ParameterStore} is not used: it keeps the optimizer's state once per device,
 * updates without a global norm, and refuses the CPU twice.
 */
public final class MirroredWeights implements AutoCloseable {

    private static final TorchScriptFunction COPY =
            TorchScriptFunction.ofLists(
                    "weights to another device",
                    "targets, sources",
                    "torch._foreach_copy_(targets, sources)\nreturn torch.zeros([1])");

    private final StateDict weights;
    private final AdamW optimizer;
    private final List<StateDict> mirrors;
    private final SummedGradients update;
    private final ParameterServer server;
    private final NDManager owner;

    /**
     * @param weights trainable
     * @param optimizer of these weights
     * @param mirrors trainable copies on further devices; may be none; they stay with their owners
     * @param parent on the first device
     */
    public MirroredWeights(
            StateDict weights, AdamW optimizer, List<StateDict> mirrors, NDManager parent) {
        this.weights = weights;
        this.optimizer = optimizer;
        this.mirrors = List.copyOf(mirrors);
        this.update = new SummedGradients(optimizer, weights.names().size());
        this.server = Engine.getEngine("PyTorch").newParameterServer(update);
        this.owner = parent.newSubManager();
    }

    /**
     * Takes one step with the sum of all devices' gradients, which are zero afterwards; all devices
     * have the new weights then. Nobody else may compute with them meanwhile.
     *
     * @param learningRate of this step
     * @param maxGradientNorm as {@link AdamW#step} takes it
     * @return the global L2 norm of the sum before clipping
     */
    public double step(double learningRate, double maxGradientNorm) {
        if (mirrors.isEmpty()) {
            return optimizer.step(learningRate, maxGradientNorm);
        }
        return GradientTape.withoutRecording(
                () -> {
                    update.begin(learningRate, maxGradientNorm);
                    weights.names().forEach(this::sum);
                    mirrors.forEach(this::zero);
                    mirrors.forEach(this::copyTo);
                    return update.norm();
                });
    }

    private void sum(String name) {
        NDArray[] gradients = new NDArray[1 + mirrors.size()];
        try (NDManager scope = owner.newSubManager()) {
            NDArray weight = weights.get(name);
            gradients[0] = weight.getGradient();
            gradients[0].attach(scope);
            for (int i = 0; i < mirrors.size(); i++) {
                gradients[i + 1] = mirrors.get(i).get(name).getGradient();
                gradients[i + 1].attach(scope);
            }
            server.update(name, gradients, new NDArray[] {weight});
        }
    }

    private void copyTo(StateDict mirror) {
        try (NDManager scope = owner.newSubManager()) {
            COPY.applyLists(scope, List.of(mirror.arrays(), weights.arrays()));
        }
    }

    private void zero(StateDict parameters) {
        try (NDManager scope = owner.newSubManager()) {
            new AccumulatedGradients(parameters, scope).zero();
        }
    }

    /** Throws away the gradients of all devices. */
    public void zeroGradients() {
        optimizer.zeroGradients();
        mirrors.forEach(this::zero);
    }

    @Override
    public void close() {
        server.close();
        owner.close();
    }
}
