package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.Map;

/** Computes what the student is to say and to feel, never recorded. */
final class Teacher {

    private final UNet unet;
    private final Batches batches;
    private final Double guidance;

    /**
     * @param guidance experimental: the output is guided by this scale (classifier-free guidance,
     *     arXiv 2207.12598), as in the first stage of arXiv 2210.03142, so that the student needs
     *     one pass for it; null for none. The features stay those of the captioned pass.
     */
    Teacher(UNet unet, Batches batches, Double guidance) {
        this.unet = unet;
        this.batches = batches;
        this.guidance = guidance;
    }

    /** Returns output and features of a batch; nothing else stays in {@code scope}. */
    UNetOutput teach(Batches.Batch batch, NDManager scope) {
        UNetOutput captioned = forward(batch, scope);
        if (guidance == null) {
            return captioned;
        }
        try (NDManager pass = scope.newSubManager()) {
            NDArray free = forward(batches.withoutCaptions(batch, pass), pass).sample();
            NDArray guided = captioned.sample().sub(free).mul(guidance.floatValue()).add(free);
            guided.attach(scope);
            return new UNetOutput(guided, captioned.features());
        }
    }

    private UNetOutput forward(Batches.Batch batch, NDManager scope) {
        try (NDManager pass = scope.newSubManager()) {
            NDArray noisy = Aliases.of(batch.noisy(), pass);
            UNetOutput output =
                    GradientTape.withoutRecording(
                            () ->
                                    unet.forward(
                                            noisy, batch.timesteps(), batch.text(), batch.added()));
            output.sample().attach(scope);
            Map<String, NDArray> features = output.features();
            features.values().forEach(feature -> feature.attach(scope));
            return output;
        }
    }
}
