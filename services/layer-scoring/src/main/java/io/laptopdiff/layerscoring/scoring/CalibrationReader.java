package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.util.ArrayList;
import java.util.List;

/** Images and captions as the U-Net sees them. */
final class CalibrationReader {

    /**
     * One sample without its noise.
     *
     * @param draw which
     * @param latent (1, C, h, w), the mean of the encoder's distribution times the scaling factor
     * @param text (1, S, D)
     */
    record Sample(CalibrationDraw draw, NDArray latent, NDArray text) {}

    private CalibrationReader() {}

    /**
     * Encodes one image at a time, so that a sample does not depend on its neighbours; autoencoder
     * and text encoder are gone from memory afterwards.
     *
     * @param latentSize h = w that the U-Net was made for
     * @param owner of the samples
     */
    static List<Sample> read(
            TeacherDirectory teacher,
            ImageFolder images,
            List<CalibrationDraw> draws,
            int latentSize,
            NDManager owner,
            Interruption interruption) {
        List<Sample> samples = new ArrayList<>();
        try (NDManager models = owner.newSubManager();
                ClipTokenizer tokenizer = ClipTokenizer.load(teacher.tokenizer())) {
            AutoencoderKL vae = AutoencoderKL.load(teacher.vae(), models);
            ClipTextModel text = ClipTextModel.load(teacher.textEncoder(), models);
            int resolution = latentSize * vae.config().downsamplingFactor();
            for (CalibrationDraw draw : draws) {
                interruption.check();
                try (NDManager step = models.newSubManager()) {
                    CaptionedImage image = images.read(draw.image(), resolution);
                    NDArray latent = latent(vae, image, step);
                    NDArray hidden =
                            text.encode(tokenizer.encode(List.of(image.caption()), step))
                                    .lastHiddenState();
                    latent.attach(owner);
                    hidden.attach(owner);
                    samples.add(new Sample(draw, latent, hidden));
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
