package io.laptopdiff.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.SafetensorsWriter;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101) over a whole state dict in one fused native call,
 * with clipping by the global gradient norm. Weight decay falls on every parameter, as in PyTorch's
 * {@code torch.optim.AdamW}.
 *
 * <p>Owns its moments; the parameters stay with their {@link StateDict}.
 */
public final class AdamW implements AutoCloseable {

    /**
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the second moment
     * @param weightDecay decoupled decay per step, times the learning rate
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {

        /** PyTorch's defaults: 0.9, 0.999, 1e-8, 0.01. */
        public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 0.01);
    }

    private static final TorchScriptFunction COPY =
            TorchScriptFunction.ofLists(
                    "copy",
                    "targets, sources",
                    "torch._foreach_copy_(targets, sources)\nreturn torch.zeros([1])");

    private final StateDict parameters;
    private final TorchScriptFunction update;
    private final TorchScriptFunction clippedUpdate;
    private final NDManager owner;
    private final List<NDArray> firstMoments = new ArrayList<>();
    private final List<NDArray> secondMoments = new ArrayList<>();
    private final List<NDArray> steps = new ArrayList<>();

    /**
     * @param parameters trainable (see {@link StateDict#requireGradients()})
     * @param parent the moments live in a sub-manager of it
     */
    public AdamW(StateDict parameters, Settings settings, NDManager parent) {
        this.parameters = parameters;
        this.owner = parent.newSubManager();
        for (NDArray parameter : parameters.arrays()) {
            firstMoments.add(owner.zeros(parameter.getShape()));
            secondMoments.add(owner.zeros(parameter.getShape()));
            steps.add(owner.zeros(new Shape()));
        }
        this.update = update(settings, "");
        // In the same way through memory that the update takes.
        this.clippedUpdate = update(settings, ", grad_scale=divisor[0]");
    }

    private static TorchScriptFunction update(Settings settings, String more) {
        return TorchScriptFunction.ofLists(
                "AdamW",
                "params, grads, first, second, steps, learning_rate, divisor",
                "torch._foreach_add_(steps, 1)\n"
                        + "torch._fused_adamw_(params, grads, first, second, [], steps, lr=learning_rate[0],"
                        + " beta1="
                        + settings.beta1()
                        + ", beta2="
                        + settings.beta2()
                        + ", weight_decay="
                        + settings.weightDecay()
                        + ", eps="
                        + settings.epsilon()
                        + ", amsgrad=False, maximize=False"
                        + more
                        + ")\n"
                        + "return steps[0]");
    }

    /**
     * Takes one optimizer step with the gradients that the tape accumulated, which are gone
     * afterwards ({@link StateDict#forgetGradients}).
     *
     * @param learningRate of this step
     * @param maxGradientNorm gradients are scaled down to this global L2 norm; infinity for no
     *     clipping
     * @return the global L2 norm of the gradients before clipping
     */
    public double step(double learningRate, double maxGradientNorm) {
        try (NDManager scope = owner.newSubManager()) {
            AccumulatedGradients gradients = new AccumulatedGradients(parameters, scope);
            double norm = gradients.norm();
            boolean clips = norm > maxGradientNorm;
            double divisor = clips ? (norm + 1e-6) / maxGradientNorm : 1; // as clip_grad_norm_
            (clips ? clippedUpdate : update)
                    .applyLists(
                            scope,
                            List.of(
                                    parameters.arrays(),
                                    gradients.arrays(),
                                    firstMoments,
                                    secondMoments,
                                    steps,
                                    List.of(scope.create((float) learningRate)),
                                    List.of(scope.create((float) divisor))));
            parameters.forgetGradients();
            return norm;
        }
    }

    /** The global L2 norm of the gradients that the tape accumulated; they stay. */
    public double gradientNorm() {
        try (NDManager scope = owner.newSubManager()) {
            return new AccumulatedGradients(parameters, scope).norm();
        }
    }

    /** Throws away gradients that were accumulated. */
    public void zeroGradients() {
        try (NDManager scope = owner.newSubManager()) {
            new AccumulatedGradients(parameters, scope).zero();
        }
    }

    /**
     * Writes moments and step counts to one safetensors file.
     *
     * @throws IOException if the disk refuses
     */
    public void write(Path directory, String baseName) throws IOException {
        Map<String, NDArray> state = new LinkedHashMap<>();
        List<String> names = List.copyOf(parameters.names());
        for (int i = 0; i < names.size(); i++) {
            state.put("exp_avg." + names.get(i), firstMoments.get(i));
            state.put("exp_avg_sq." + names.get(i), secondMoments.get(i));
            state.put("step." + names.get(i), steps.get(i));
        }
        // from where they are: copies would take half of what the whole training holds
        SafetensorsWriter.write(
                directory.resolve(baseName + ".safetensors"),
                state,
                TensorType.F32,
                Map.of("format", "pt"));
    }

    /**
     * Takes up the state that {@link #write} left.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if it does not fit the
     *     parameters
     */
    public void read(Path directory, String baseName) {
        Map<String, Shape> expected = new LinkedHashMap<>();
        parameters
                .shapes()
                .forEach(
                        (name, shape) -> {
                            expected.put("exp_avg." + name, shape);
                            expected.put("exp_avg_sq." + name, shape);
                            expected.put("step." + name, new Shape());
                        });
        try (StateDict state = StateDict.read(directory, baseName, expected, owner)) {
            // Not copyTo: it takes each tensor through the Java process's direct memory, and leaves
            // the moment there.
            try (NDManager scope = owner.newSubManager()) {
                List<NDArray> targets = new ArrayList<>();
                List<NDArray> sources = new ArrayList<>();
                List<String> names = List.copyOf(parameters.names());
                for (int i = 0; i < names.size(); i++) {
                    targets.addAll(
                            List.of(firstMoments.get(i), secondMoments.get(i), steps.get(i)));
                    sources.add(state.get("exp_avg." + names.get(i)));
                    sources.add(state.get("exp_avg_sq." + names.get(i)));
                    sources.add(state.get("step." + names.get(i)));
                }
                COPY.applyLists(scope, List.of(targets, sources));
            }
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
