package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.util.ArrayList;
import java.util.List;

/** Images and captions as the U-Net sees them. */
final class CalibrationReader {

    /**
     * One sample without its noise.
     *
     * @param draw which
     * @param latent (1, C, h, w): of an image the mean of the encoder's distribution times the
     *     scaling factor, of a drawn one what the sampler ended with
     * @param text (1, S, D)
     * @param added SDXL's conditions of one sample, null for other models
     */
    record Sample(CalibrationDraw draw, NDArray latent, NDArray text, AddedConditions added) {}

    /** Latents of samples, (1, C, h, w), by their place in the slice. */
    private interface Latents {
        NDArray of(int place, NDManager step);
    }

    private CalibrationReader() {}

    /**
     * Encodes one image at a time, so that a sample does not depend on its neighbours; autoencoder
     * and text encoders are gone from memory afterwards.
     *
     * @param owner of the samples
     */
    static List<Sample> encode(
            SliceSource source,
            CalibrationSource.Images images,
            NDManager owner,
            Interruption interruption) {
        try (NDManager models = owner.newSubManager()) {
            AutoencoderKL vae = AutoencoderKL.load(source.teacher().vae(), models);
            return read(
                    source,
                    (place, step) -> latent(vae, images.read(source.draws().get(place)), step),
                    owner,
                    interruption);
        }
    }

    /** Makes samples of latents that the teacher has drawn. */
    static List<Sample> take(
            SliceSource source, DrawnLatents drawn, NDManager owner, Interruption interruption) {
        return read(source, drawn::get, owner, interruption);
    }

    private static List<Sample> read(
            SliceSource source, Latents latents, NDManager owner, Interruption interruption) {
        int resolution = source.resolution();
        List<Sample> samples = new ArrayList<>();
        try (NDManager models = owner.newSubManager();
                TextEncoders encoders = TextEncoders.load(source.teacher().root(), models)) {
            for (int i = 0; i < source.draws().size(); i++) {
                interruption.check();
                CalibrationDraw draw = source.draws().get(i);
                try (NDManager step = models.newSubManager()) {
                    NDArray latent = latents.of(i, step);
                    latent.attach(owner);
                    PromptEmbeddings text =
                            encoders.embed(List.of(source.images().caption(draw)), owner);
                    samples.add(
                            new Sample(
                                    draw,
                                    latent,
                                    text.hiddenStates(),
                                    encoders.added(text, resolution, resolution)));
                }
            }
        }
        return samples;
    }

    private static NDArray latent(AutoencoderKL vae, CaptionedImage image, NDManager manager) {
        NDArray pixels =
                manager.create(image.pixels(), new Shape(1, 3, image.height(), image.width()));
        return vae.encode(pixels).mean().mul((float) vae.config().scalingFactor());
    }
}
