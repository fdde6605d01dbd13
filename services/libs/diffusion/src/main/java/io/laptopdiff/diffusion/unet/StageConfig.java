package io.laptopdiff.diffusion.unet;

import java.util.List;

/**
 * One down or up block.
 *
 * @param name its path, e.g. {@code down_blocks.1}
 * @param channels output channels of its layers
 * @param layers number of resnets
 * @param transformerDepths blocks of the transformer after each resnet; empty where the stage has
 *     no attention
 * @param heads attention heads
 * @param resamples whether a down- or upsampler ends it
 */
public record StageConfig(
        String name,
        int channels,
        int layers,
        List<Integer> transformerDepths,
        int heads,
        boolean resamples) {

    boolean attends() {
        return !transformerDepths.isEmpty();
    }
}
