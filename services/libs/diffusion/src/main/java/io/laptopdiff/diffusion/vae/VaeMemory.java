package io.laptopdiff.diffusion.vae;

import ai.djl.ndarray.types.Shape;

/**
 * The bytes that an autoencoder takes at most, told from its config.
 *
 * @param resolution height and width of an image, in pixels
 */
public record VaeMemory(VaeConfig config, int resolution) {

    private static final long FLOAT32 = 4;

    /** Returns the bytes of its weights. */
    public long weights() {
        return FLOAT32
                * AutoencoderKL.tensors(config).values().stream().mapToLong(Shape::size).sum();
    }

    /**
     * Returns the bytes of one image on its way through it, beside the weights: its outermost
     * resnets.
     */
    public long pass() {
        long outer = config.blockOutChannels().get(0);
        long next =
                config.blockOutChannels().get(Math.min(1, config.blockOutChannels().size() - 1));
        // the first decoder resnet of the outermost stage: input, norm, the library's order, output
        return FLOAT32 * resolution * resolution * (3 * next + 2 * outer);
    }
}
