package io.laptopdiff.diffusion.clip;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;

/**
 * CLIP's image tower.
 *
 * @param encoder the transformer
 * @param channels image channels
 * @param imageSize height and width of the images, in pixels
 * @param patchSize height and width of a patch, in pixels
 */
public record ClipVisionConfig(EncoderConfig encoder, int channels, int imageSize, int patchSize) {

    static ClipVisionConfig of(ModelConfig config) {
        ClipVisionConfig vision =
                new ClipVisionConfig(
                        EncoderConfig.of(config, 768, 3072, 12),
                        EncoderConfig.positive(config, "num_channels", 3),
                        EncoderConfig.positive(config, "image_size", 224),
                        EncoderConfig.positive(config, "patch_size", 32));
        if (vision.patchSize() > vision.imageSize()) {
            throw config.refuse("patch_size", "at most image_size " + vision.imageSize());
        }
        return vision;
    }

    /**
     * Returns the number of positions of the transformer: one per patch and one for the class
     * token.
     */
    int positions() {
        int side = imageSize / patchSize;
        return side * side + 1;
    }
}
