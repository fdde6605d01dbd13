package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.clip.ClipTextOutput;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.nio.file.Path;

/**
 * One sample from the models' own parts.
 *
 * @param target its noise
 */
record XlSample(
        NDArray noisy, NDArray timestep, NDArray text, AddedConditions added, float[] target) {

    /**
     * @param home of a {@link io.laptopdiff.layerscoring.TinyRun#xl}
     * @param index in the calibration set of that seed
     */
    static XlSample of(Path home, long seed, int index, NDManager manager) {
        ImageFolder images = ImageFolder.open(home.resolve("images"));
        Path teacher = home.resolve("teacher");
        NoiseScheduler schedule = NoiseScheduler.read(teacher.resolve("scheduler"));
        CalibrationDraw draw =
                new CalibrationDraws(seed, images.size(), schedule.timesteps()).draw(index);
        CaptionedImage image = images.read(draw.image(), 32);
        try (AutoencoderKL vae = AutoencoderKL.load(teacher.resolve("vae"), manager)) {
            NDArray pixels = manager.create(image.pixels(), new Shape(1, 3, 32, 32));
            float[] latent = vae.encode(pixels).mean().toFloatArray();
            float[] noise = draw.noise(latent.length);
            double left = schedule.alphaCumprod(draw.timestep());
            float[] noisy = new float[latent.length];
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] =
                        (float)
                                (Math.sqrt(left) * 0.9 * latent[i]
                                        + Math.sqrt(1 - left) * noise[i]);
            }
            return encoded(
                    teacher,
                    image.caption(),
                    manager.create(noisy, new Shape(1, 4, 8, 8)),
                    manager.create(new long[] {draw.timestep()}),
                    noise);
        }
    }

    private static XlSample encoded(
            Path teacher, String caption, NDArray noisy, NDArray timestep, float[] target) {
        NDManager manager = noisy.getManager();
        try (ClipTokenizer first = ClipTokenizer.load(teacher.resolve("tokenizer"));
                ClipTokenizer second = ClipTokenizer.load(teacher.resolve("tokenizer_2"));
                ClipTextModel encoder =
                        ClipTextModel.load(teacher.resolve("text_encoder"), manager);
                ClipTextModelWithProjection encoder2 =
                        ClipTextModelWithProjection.load(
                                teacher.resolve("text_encoder_2"), manager)) {
            long[] ids = first.encode(caption);
            long[] ids2 = second.encode(caption);
            assertThat(ids2).as("pads differ").isNotEqualTo(ids);
            ClipTextOutput out = encoder2.encode(manager.create(new long[][] {ids2}));
            NDArray hidden =
                    encoder.encode(manager.create(new long[][] {ids})).penultimateHiddenState();
            NDArray timeIds = manager.create(new float[] {32, 32, 0, 0, 32, 32}, new Shape(1, 6));
            return new XlSample(
                    noisy,
                    timestep,
                    hidden.concat(out.penultimateHiddenState(), 2), // (1, S, 24 + 16)
                    new AddedConditions(encoder2.textEmbeds(out), timeIds),
                    target);
        }
    }

    float[] predict(UNet2DConditionModel model) {
        return model.forward(noisy, timestep, text, added).sample().toFloatArray();
    }
}
