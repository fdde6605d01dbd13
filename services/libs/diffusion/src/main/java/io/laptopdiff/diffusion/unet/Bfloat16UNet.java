package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorStream;
import io.laptopdiff.diffusion.torchscript.Bfloat16Tensor;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A frozen U-Net whose layers hold and compute bfloat16 numbers: half the memory of a {@link
 * UNet2DConditionModel}, and on processors with AVX512_BF16 or AMX about twice its speed. Between
 * layers numbers are FLOAT32, and so is the time embedding.
 */
public final class Bfloat16UNet implements UNet {

    private static final TorchScriptFunction COPY =
            TorchScriptFunction.of("copy outside of inference", "x", "return torch.clone(x)");

    private final UNetLayout layout;
    private final TimeEmbedding timeEmbedding;
    private final StateDict timeWeights;
    private final Weights weights;

    private Bfloat16UNet(UNetLayout layout, StateDict timeWeights, Weights weights) {
        this.layout = layout;
        this.timeWeights = timeWeights;
        this.timeEmbedding = new TimeEmbedding(layout.config(), timeWeights);
        this.weights = weights;
    }

    /**
     * Reads a U-Net directory of the diffusers layout; beside the rounded weights there is one
     * tensor at a time in memory.
     *
     * @param parent a few weights live in a sub-manager of it
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static Bfloat16UNet load(Path directory, NDManager parent) {
        UNetLayout layout = UNetLayout.of(UNetConfig.read(directory));
        Set<String> ofTime = TimeEmbedding.tensors(layout.config()).keySet();
        Map<String, NDArray> time = new LinkedHashMap<>();
        Weights weights = new Weights(new LinkedHashMap<>());
        try {
            TensorStream.forEach(
                    directory,
                    UNet2DConditionModel.WEIGHTS,
                    layout.tensors(),
                    parent,
                    (name, array) -> {
                        if (ofTime.contains(name)) {
                            NDArray kept = array.duplicate();
                            kept.attach(parent);
                            time.put(name, kept);
                        } else {
                            weights.tensors.put(name, Bfloat16Tensor.of(array));
                        }
                    });
            return new Bfloat16UNet(layout, StateDict.of(time, parent), weights);
        } catch (RuntimeException e) {
            weights.close();
            time.values().forEach(NDArray::close);
            throw e;
        }
    }

    @Override
    public UNetLayout layout() {
        return layout;
    }

    @Override
    public UNetPass begin(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added) {
        NDArray activated = timeEmbedding.activated(timestep, added, sample.getManager());
        return new UNetPass(
                new LayerRunner(layout, weights, activated, encoderHiddenStates), sample);
    }

    /**
     * Predicts as told by {@link UNet}. DJL runs functions with bfloat16 weights in PyTorch's
     * inference mode, whose tensors no recorded loss can take up: what comes out are copies.
     */
    @Override
    public UNetOutput forward(
            NDArray sample,
            NDArray timestep,
            NDArray encoderHiddenStates,
            AddedConditions added,
            Set<String> removedUnits) {
        UNetOutput output =
                UNet.super.forward(sample, timestep, encoderHiddenStates, added, removedUnits);
        Map<String, NDArray> features = new LinkedHashMap<>();
        output.features().forEach((stage, feature) -> features.put(stage, COPY.apply(feature)));
        return new UNetOutput(COPY.apply(output.sample()), features);
    }

    @Override
    public void close() {
        weights.close();
        timeWeights.close();
    }

    private record Weights(Map<String, Bfloat16Tensor> tensors) implements LayerWeights {

        @Override
        public Arithmetic arithmetic() {
            return Arithmetic.BFLOAT16;
        }

        @Override
        public NDArray apply(
                TorchScriptFunction function, Set<String> names, NDArray... activations) {
            List<Bfloat16Tensor> arguments = names.stream().map(tensors::get).toList();
            return function.apply(activations, arguments);
        }

        void close() {
            tensors.values().forEach(Bfloat16Tensor::close);
            tensors.clear();
        }
    }
}
