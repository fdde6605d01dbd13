package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.diffusion.unet.MacCounter;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.util.Set;

/**
 * What a U-Net costs, from its layout alone.
 *
 * @param parameters all tensors' elements
 * @param macs multiply-accumulates of one call at batch 1 and the size it was made for
 */
record UNetCost(long parameters, long macs) {

    /**
     * @param textTokens length of a caption's hidden states
     */
    static UNetCost of(UNet2DConditionModel unet, int textTokens) {
        int size = unet.config().sampleSize();
        return new UNetCost(
                unet.layout().parameters(),
                MacCounter.count(unet.layout(), size, size, textTokens, Set.of()).total());
    }
}
