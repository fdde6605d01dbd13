package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Path;

/**
 * The parts of a teacher in diffusers' Stable Diffusion layout.
 *
 * @param root holds {@code unet}, {@code vae}, {@code text_encoder}, {@code tokenizer} and {@code
 *     scheduler}
 */
public record TeacherDirectory(Path root) {

    public Path unet() {
        return root.resolve("unet");
    }

    public Path vae() {
        return root.resolve("vae");
    }

    public Path textEncoder() {
        return root.resolve("text_encoder");
    }

    public Path tokenizer() {
        return root.resolve("tokenizer");
    }

    public Path scheduler() {
        return root.resolve("scheduler");
    }

    /**
     * Sees that the parts fit together; no weight is touched.
     *
     * @throws StageException if they do not
     */
    void requireFitting(UNetConfig unet, VaeConfig vae, ClipTextConfig text) {
        Path config = unet().resolve("config.json");
        if (unet.addition().isPresent()) {
            throw new StageException(
                    "U-Nets with added conditions (SDXL) cannot be scored yet",
                    config + ": addition_embed_type",
                    "Give a Stable Diffusion 1.x or 2.x checkpoint.");
        }
        require(
                unet.inChannels(),
                vae.latentChannels(),
                config + ": in_channels",
                "latent_channels of vae");
        require(
                unet.crossAttentionDim(),
                text.encoder().hiddenSize(),
                config + ": cross_attention_dim",
                "hidden_size of text_encoder");
    }

    private static void require(int found, int needed, String where, String source) {
        if (found != needed) {
            throw new StageException(
                    "The value is " + found + " where " + source + " is " + needed,
                    where,
                    "Use the parts of one checkpoint; U-Nets for inpainting or depth are not supported.");
        }
    }
}
