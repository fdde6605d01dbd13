package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/** A U-Net that can be asked for what it predicts, with any set of units left out for a pass. */
public sealed interface UNet extends AutoCloseable permits UNet2DConditionModel, Bfloat16UNet {

    /** Returns the layers, units and tensors of this model. */
    UNetLayout layout();

    /** The config of this model. */
    default UNetConfig config() {
        return layout().config();
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
    UNetPass begin(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added);

    /**
     * Predicts the noise (or velocity) in a latent.
     *
     * @param sample (B, in channels, H, W); its manager owns everything this pass makes
     * @param timestep (B)
     * @param encoderHiddenStates text (B, T, cross attention dim)
     * @param added SDXL's conditions, null for other models
     */
    default UNetOutput forward(
            NDArray sample, NDArray timestep, NDArray encoderHiddenStates, AddedConditions added) {
        return forward(sample, timestep, encoderHiddenStates, added, Set.of());
    }

    /** Predicts as the other {@code forward} does, with further units left out for this pass. */
    default UNetOutput forward(
            NDArray sample,
            NDArray timestep,
            NDArray encoderHiddenStates,
            AddedConditions added,
            Set<String> removedUnits) {
        UNetPass pass = begin(sample, timestep, encoderHiddenStates, added);
        return pass.finish(removedUnits, sample.getManager());
    }

    /** Returns the number of elements of all weights. */
    default long parameters() {
        return layout().parameters();
    }

    @Override
    void close();
}
