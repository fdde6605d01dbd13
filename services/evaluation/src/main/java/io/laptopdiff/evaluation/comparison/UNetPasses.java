package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.pipeline.LatentNoise;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;

/**
 * Runs single passes of U-Nets over one input, for their latency: batch 1, no guidance. c, s =
 * latent, T = tokens.
 */
final class UNetPasses {

    private static final float TIMESTEP = 500; // any: the work does not depend on it

    private final PromptEmbeddings text;
    private final int resolution;
    private final NDManager parent;

    /**
     * @param text of one prompt, (1, T, C)
     * @param resolution of images, in pixels
     */
    UNetPasses(PromptEmbeddings text, int resolution, NDManager parent) {
        this.text = text;
        this.resolution = resolution;
        this.parent = parent;
    }

    Runnable of(UNet2DConditionModel unet) {
        UNetConfig config = unet.config();
        Shape shape =
                new Shape(
                        1,
                        config.inChannels(),
                        config.sampleSize(),
                        config.sampleSize()); // (1, c, s, s)
        float[] noise = LatentNoise.of(0, Math.toIntExact(shape.size()));
        return () -> {
            try (NDManager pass = parent.newSubManager()) {
                NDArray sample = pass.create(noise, shape);
                NDArray timestep = pass.create(new float[] {TIMESTEP});
                // A device works on after the call returns; only a result in hand is a finished
                // pass.
                unet.forward(sample, timestep, text.hiddenStates(), added(pass))
                        .sample()
                        .toFloatArray();
            }
        };
    }

    private AddedConditions added(NDManager pass) {
        if (text.pooled() == null) {
            return null;
        }
        float[] ids = {
            resolution, resolution, 0, 0, resolution, resolution
        }; // size, crop, target size
        return new AddedConditions(text.pooled(), pass.create(ids, new Shape(1, ids.length)));
    }
}
