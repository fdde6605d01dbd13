package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * diffusers' {@code UNet2DConditionModel} with any set of units removed, for the length of a pass
 * or for good.
 */
public final class UNet2DConditionModel implements AutoCloseable {

    /** The base name of the weights file in a U-Net directory. */
    public static final String WEIGHTS = "diffusion_pytorch_model";

    private final UNetLayout layout;
    private final StateDict weights;
    private final TimeEmbedding timeEmbedding;

    /**
     * @param layout of the config; units it lists as removed have no weights
     * @param weights exactly the tensors of {@link UNetLayout#tensors()}; closed with this model
     */
    public UNet2DConditionModel(UNetLayout layout, StateDict weights) {
        if (!weights.shapes().equals(layout.tensors())) {
            throw new IllegalArgumentException("The weights are not those of the layout");
        }
        this.layout = layout;
        this.weights = weights;
        this.timeEmbedding = new TimeEmbedding(layout.config(), weights);
    }

    /**
     * Reads a U-Net directory of the diffusers layout. The config is checked before any weight is
     * read.
     *
     * @param parent the weights live in a sub-manager of it
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static UNet2DConditionModel load(Path directory, NDManager parent) {
        UNetLayout layout = UNetLayout.of(UNetConfig.read(directory));
        return new UNet2DConditionModel(
                layout, StateDict.read(directory, WEIGHTS, layout.tensors(), parent));
    }

    /** Layers, units and tensors of this model. */
    public UNetLayout layout() {
        return layout;
    }

    /** The config of this model. */
    public UNetConfig config() {
        return layout.config();
    }

    /** The weights; still owned by this model. */
    public StateDict weights() {
        return weights;
    }

    /**
     * Predicts the noise (or velocity) in a latent.
     *
     * @param sample (B, in channels, H, W); its manager owns everything this pass makes
     * @param timestep (B)
     * @param encoderHiddenStates text (B, T, cross attention dim)
     * @param added SDXL's conditions, null for other models
     */
    public UNetOutput forward(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added) {
        return forward(sample, timestep, encoderHiddenStates, added, Set.of());
    }

    /** As the other {@code forward}, with further units left out for this pass. */
    public UNetOutput forward(
            NDArray sample,
            NDArray timestep,
            NDArray encoderHiddenStates,
            AddedConditions added,
            Set<String> removedUnits) {
        UNetPass pass = begin(sample, timestep, encoderHiddenStates, added);
        return pass.finish(removedUnits, sample.getManager());
    }

    /**
     * Begins a pass that can be run in part and continued several times, each time with other units
     * removed.
     *
     * @param sample (B, in channels, H, W); its manager owns the embeddings
     * @param timestep (B)
     * @param encoderHiddenStates text (B, T, cross attention dim)
     * @param added SDXL's conditions, null for other models
     */
    public UNetPass begin(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added) {
        NDArray embedding = timeEmbedding.forward(timestep, added);
        embedding.attach(sample.getManager());
        NDArray activated = UNetFunctions.silu().apply(embedding);
        return new UNetPass(
                new LayerRunner(layout, weights, activated, encoderHiddenStates), sample);
    }

    /**
     * A student: a copy of this model without some of its units.
     *
     * @param removedUnits paths of units
     * @param parent the student's weights live in a sub-manager of it
     */
    public UNet2DConditionModel prune(Set<String> removedUnits, NDManager parent) {
        Set<String> all = new LinkedHashSet<>();
        for (Layer layer : layout.layers()) { // execution order, whatever order was asked for
            if (config().removedUnits().contains(layer.path())
                    || removedUnits.contains(layer.path())) {
                all.add(layer.path());
            }
        }
        layout.tensors(removedUnits); // refuses what is no unit
        var json = config().json().deepCopy();
        var list = json.putArray(UNetConfig.REMOVED_UNITS);
        all.forEach(list::add);
        UNetLayout pruned = UNetLayout.of(UNetConfig.of(json, Path.of("config.json")));
        return new UNet2DConditionModel(pruned, weights.copy(pruned.tensors().keySet(), parent));
    }

    /**
     * Writes {@code config.json} and the weights as a diffusers U-Net directory, each file whole or
     * not at all.
     *
     * @throws IOException if the disk refuses
     */
    public void write(Path directory, TensorType type) throws IOException {
        weights.write(directory, WEIGHTS, type);
        io.laptopdiff.diffusion.checkpoint.JsonFiles.write(
                directory.resolve("config.json"), config().json());
    }

    /** Elements of all weights. */
    public long parameters() {
        return weights.parameters();
    }

    @Override
    public void close() {
        weights.close();
    }

    /** For messages: the model's size and what it lacks. */
    @Override
    public String toString() {
        List<String> removed = List.copyOf(config().removedUnits());
        return "UNet2DConditionModel[parameters=" + parameters() + ", removed=" + removed + "]";
    }
}
