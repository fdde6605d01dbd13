package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * diffusers' {@code UNet2DConditionModel} with any set of units removed, for the length of a pass
 * or for good.
 */
public final class UNet2DConditionModel implements UNet {

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

    @Override
    public UNetLayout layout() {
        return layout;
    }

    /** The weights; still owned by this model. */
    public StateDict weights() {
        return weights;
    }

    @Override
    public UNetPass begin(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added) {
        NDArray activated = timeEmbedding.activated(timestep, added, sample.getManager());
        return new UNetPass(
                new LayerRunner(layout, new FullWeights(weights), activated, encoderHiddenStates),
                sample);
    }

    /**
     * Makes a student: a copy of this model without some of its units.
     *
     * @param removedUnits paths of units
     * @param parent the student's weights live in a sub-manager of it
     */
    public UNet2DConditionModel prune(Set<String> removedUnits, NDManager parent) {
        UNetLayout pruned = layout.without(removedUnits);
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

    @Override
    public long parameters() {
        return weights.parameters();
    }

    @Override
    public void close() {
        weights.close();
    }

    /** Returns the model's size and what it lacks, for messages. */
    @Override
    public String toString() {
        List<String> removed = List.copyOf(config().removedUnits());
        return "UNet2DConditionModel[parameters=" + parameters() + ", removed=" + removed + "]";
    }
}
