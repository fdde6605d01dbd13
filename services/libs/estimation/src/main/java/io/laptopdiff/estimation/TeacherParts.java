package io.laptopdiff.estimation;

import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointCopy;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.pipeline.ComparisonMemory;
import io.laptopdiff.diffusion.unet.DistillationMemory;
import io.laptopdiff.diffusion.unet.PassMemory;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.VaeConfig;
import io.laptopdiff.diffusion.vae.VaeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A teacher's parts, by their configs alone.
 *
 * @param unet its layout
 * @param text the text encoder, SDXL's first
 * @param textParameters of all text encoders
 * @param bytes on disk of everything
 * @param restBytes on disk of everything but the U-Net, which every student gets a copy of
 */
public record TeacherParts(
        UNetLayout unet,
        VaeConfig vae,
        ClipTextConfig text,
        long textParameters,
        long bytes,
        long restBytes) {

    static final long FLOAT32 = 4;

    /**
     * Reads the configs.
     *
     * @param directory of the pipeline
     * @throws RuntimeException if one is missing or not as it must be
     */
    public static TeacherParts read(Path directory) {
        UNetLayout unet = UNetLayout.of(UNetConfig.read(directory.resolve("unet")));
        ClipTextConfig text = ClipTextConfig.read(directory.resolve("text_encoder"));
        long parameters = count(ClipTextModel.tensors(text));
        Path second = directory.resolve("text_encoder_2");
        if (Files.isDirectory(second)) {
            parameters += count(ClipTextModel.tensors(ClipTextConfig.read(second)));
        }
        long bytes = size(directory);
        return new TeacherParts(
                unet,
                VaeConfig.read(directory.resolve("vae")),
                text,
                parameters,
                bytes,
                bytes - size(directory.resolve("unet")));
    }

    static long count(Map<String, Shape> tensors) {
        return tensors.values().stream().mapToLong(Shape::size).sum();
    }

    static long size(Path directory) {
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                if (!StudentDirectory.isHidden(directory.relativize(file))) {
                    bytes += CheckpointCopy.sizeBytes(file);
                }
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through " + directory, e);
        }
    }

    /** Returns the height and width of its latents. */
    int latent() {
        return unet.config().sampleSize();
    }

    /** Returns the height and width of its images, in pixels. */
    int resolution() {
        return latent() * vae.downsamplingFactor();
    }

    /** Returns the tokens of a caption. */
    public int tokens() {
        return text.maxPositions();
    }

    /** Returns the memory of its autoencoder on its images. */
    public VaeMemory vaeMemory() {
        return new VaeMemory(vae, resolution());
    }

    /**
     * Returns the bytes of a worker that turns images and captions into latents and embeddings, one
     * image at a time.
     */
    public long encoding() {
        return vaeMemory().weights() + FLOAT32 * textParameters + vaeMemory().pass();
    }

    /**
     * Returns the bytes of the whole pipeline, in fp32, drawing.
     *
     * @param batch samples of one pass of the U-Net: twice the images where they are guided
     */
    public long drawing(int batch) {
        PassMemory pass = new PassMemory(unet, latent(), latent(), false);
        return pass.weights()
                + vaeMemory().weights()
                + FLOAT32 * textParameters
                + Math.max(pass.pass(batch), vaeMemory().pass());
    }

    /**
     * Returns the memory of the evaluation of a student beside it.
     *
     * @param judges of the images
     */
    public ComparisonMemory comparison(UNetLayout student, Judges judges) {
        return new ComparisonMemory(
                unet, student, vaeMemory(), textParameters, judges.parameters());
    }

    /**
     * Returns the memory of the training of a student by it, on one device.
     *
     * @param images in the data set
     */
    public DistillationMemory distillation(UNetLayout student, int images) {
        return new DistillationMemory(
                unet,
                student,
                tokens(),
                vaeMemory(),
                Math.min(WorkerSettings.KEPT_DATASET_BYTES, images * encodedSampleBytes()));
    }

    /** A sample of training data as it is kept: mean and deviation of the latent, the caption. */
    long encodedSampleBytes() {
        long latent = (long) vae.latentChannels() * latent() * latent();
        return FLOAT32 * (2 * latent + (long) tokens() * unet.config().crossAttentionDim());
    }
}
