package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.schedulers.Sampling;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The sampling loop with classifier-free guidance (Ho and Salimans, 2022). B = batch, c, h, w =
 * latent.
 */
final class Drawing {

    private final UNet unet;
    private final AutoencoderKL vae;
    private final Scheduler scheduler;
    private final GenerationSettings settings;
    private final Set<String> removedUnits;
    private final PromptEmbeddings unconditional; // null without guidance
    private final int height;
    private final int width;

    /**
     * @param unconditional what guidance leads away from, one row; null without guidance
     * @param removedUnits left out of every pass of the U-Net
     */
    Drawing(
            PromptEmbeddings unconditional,
            UNet unet,
            AutoencoderKL vae,
            Scheduler scheduler,
            GenerationSettings settings,
            Set<String> removedUnits) {
        this.unconditional = unconditional;
        this.unet = unet;
        this.vae = vae;
        this.scheduler = scheduler;
        this.settings = settings;
        this.removedUnits = removedUnits;
        int factor = vae.config().downsamplingFactor();
        this.height =
                side("height", settings.height(), unet.config().sampleSize() * factor, factor);
        this.width = side("width", settings.width(), unet.config().sampleSize() * factor, factor);
    }

    private static int side(String name, int asked, int usual, int factor) {
        int pixels = asked == 0 ? usual : asked;
        if (pixels % factor != 0) {
            throw new IllegalArgumentException(
                    name
                            + " = "
                            + pixels
                            + " pixels: must be a multiple of the autoencoder's factor, "
                            + factor);
        }
        return pixels;
    }

    /**
     * @param texts (B, T, C)
     * @param batch owns everything that outlives a step
     */
    List<BufferedImage> draw(
            PromptEmbeddings texts, long[] seeds, GenerationListener listener, NDManager batch) {
        return decode(latents(texts, seeds, listener, batch), batch);
    }

    /**
     * Returns what {@link #draw} decodes, (B, c, h, w), in {@code batch}: scaled as the U-Net knows
     * latents.
     *
     * @param texts (B, T, C)
     * @param batch owns everything that outlives a step
     */
    NDArray latents(
            PromptEmbeddings texts, long[] seeds, GenerationListener listener, NDManager batch) {
        PromptEmbeddings conditions =
                unconditional == null
                        ? texts
                        : unconditional.repeat(seeds.length, batch).then(texts);
        AddedConditions added = conditions.added(height, width);
        List<LatentNoise> noise = Arrays.stream(seeds).mapToObj(LatentNoise::of).toList();
        NDArray first = next(noise, shape(seeds.length), batch);
        try (Sampling sampling =
                scheduler.begin(
                        settings.steps(),
                        (step, sample) -> next(noise, sample.getShape(), sample.getManager()),
                        batch)) {
            NDArray latent = first.mul(sampling.initNoiseSigma());
            for (int step = 0; step < sampling.steps(); step++) {
                try (NDManager pass = batch.newSubManager()) {
                    NDArray output = predict(sampling, step, latent, conditions, added, pass);
                    try (NDArray before = latent) {
                        latent = sampling.step(step, output, before);
                        latent.attach(batch);
                    }
                }
                listener.afterStep(step + 1, sampling.steps());
            }
            return latent;
        }
    }

    /** Returns the shape of a batch of latents, (B, c, h, w). */
    private Shape shape(int batchSize) {
        int factor = vae.config().downsamplingFactor();
        return new Shape(batchSize, unet.config().inChannels(), height / factor, width / factor);
    }

    /** Returns the next numbers of each image's own noise, (B, c, h, w). */
    private static NDArray next(List<LatentNoise> noise, Shape shape, NDManager manager) {
        int size = Math.toIntExact(shape.size() / noise.size());
        float[] numbers = new float[size * noise.size()];
        for (int i = 0; i < noise.size(); i++) {
            System.arraycopy(noise.get(i).next(size), 0, numbers, i * size, size);
        }
        return manager.create(numbers, shape);
    }

    private NDArray predict(
            Sampling sampling,
            int step,
            NDArray latent,
            PromptEmbeddings conditions,
            AddedConditions added,
            NDManager pass) {
        NDArray input = sampling.scaleInput(step, latent);
        input.attach(pass);
        if (unconditional != null) {
            input = input.concat(input, 0); // (2B, c, h, w): unconditional half first
        }
        NDArray timestep =
                pass.full(
                        new Shape(input.getShape().get(0)),
                        (float) sampling.timestep(step),
                        DataType.FLOAT32);
        NDArray output =
                unet.forward(input, timestep, conditions.hiddenStates(), added, removedUnits)
                        .sample();
        if (unconditional == null) {
            return output;
        }
        long half = output.getShape().get(0) / 2;
        NDArray without = output.get(":" + half);
        NDArray with = output.get(half + ":");
        return without.add(with.sub(without).mul(settings.guidanceScale()));
    }

    private List<BufferedImage> decode(NDArray latent, NDManager batch) {
        List<BufferedImage> images = new ArrayList<>();
        for (long i = 0;
                i < latent.getShape().get(0);
                i++) { // one by one: pixels need far more memory than latents
            try (NDManager one = batch.newSubManager()) {
                NDArray sample = latent.get(i + ":" + (i + 1)); // (1, c, h, w)
                sample.attach(one);
                NDArray scaled = sample.div(vae.config().scalingFactor());
                images.add(image(vae.decode(scaled).toFloatArray(), height, width));
            }
        }
        return images;
    }

    /** Makes an 8-bit image of pixels (3, H, W) in [-1, 1]; values beyond are clipped. */
    private static BufferedImage image(float[] pixels, int height, int width) {
        int area = height * width;
        int[] packed = new int[area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = Math.max(0, Math.min(1, pixels[channel * area + i] / 2 + 0.5f));
                packed[i] = packed[i] << 8 | Math.round(value * 255);
            }
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, packed, 0, width);
        return image;
    }
}
