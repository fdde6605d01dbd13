package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Path;

/**
 * The parts of a teacher in diffusers' Stable Diffusion layout.
 *
 * @param root holds {@code unet}, {@code vae}, {@code text_encoder}, {@code tokenizer} and {@code
 *     scheduler}; for SDXL {@code text_encoder_2} and {@code tokenizer_2}, too
 */
public record TeacherDirectory(Path root) {

    /**
     * The teacher that lies at a location.
     *
     * @throws RuntimeException if none does
     */
    static TeacherDirectory of(String location, Artifacts artifacts) {
        return new TeacherDirectory(PipelineLocation.directory(location, artifacts::local));
    }

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

    /** SDXL's alone. */
    public Path textEncoder2() {
        return root.resolve("text_encoder_2");
    }

    /** SDXL's alone. */
    public Path tokenizer2() {
        return root.resolve("tokenizer_2");
    }

    /** Says which pipeline it is, and what SDXL's guidance leads away from. */
    Path index() {
        return root.resolve("model_index.json");
    }

    /** Height and width of the images that it was made for, in pixels. */
    int resolution(UNetConfig unet) {
        return unet.sampleSize() * VaeConfig.read(vae()).downsamplingFactor();
    }

    /**
     * Sees that the parts fit together; no weight is touched.
     *
     * @throws StageException if they do not
     */
    void requireFitting(UNetConfig unet) {
        VaeConfig vae = VaeConfig.read(vae());
        int width = ClipTextConfig.read(textEncoder()).encoder().hiddenSize();
        boolean xl = unet.addition().isPresent();
        Path config = unet().resolve("config.json");
        if (xl) {
            width += ClipTextConfig.read(textEncoder2()).encoder().hiddenSize();
        }
        require(
                unet.inChannels(),
                vae.latentChannels(),
                config + ": in_channels",
                "latent_channels of vae");
        require(
                unet.crossAttentionDim(),
                width,
                config + ": cross_attention_dim",
                xl
                        ? "hidden_size of text_encoder and text_encoder_2 together"
                        : "hidden_size of text_encoder");
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
