package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.Artifacts;
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

    /** Returns the height and width of the images that it was made for, in pixels. */
    int resolution(UNetConfig unet) {
        return unet.sampleSize() * VaeConfig.read(vae()).downsamplingFactor();
    }
}
