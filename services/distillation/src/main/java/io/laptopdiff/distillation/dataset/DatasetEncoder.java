package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.checkpoint.SafetensorsWriter;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.LatentDistribution;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs autoencoder and text encoders over a data set once, and leaves the result under {@code
 * encoded/} of the artifacts' root for every variant and run of the same teacher and data. Work
 * that was broken off goes on file by file.
 */
public final class DatasetEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetEncoder.class);

    /** 2: grey images are taken as they are stored. */
    private static final int FORMAT = 2;

    /** About what one image of SD-v1.5 holds: smaller images are encoded several at a time. */
    private static final int PIXELS_PER_BATCH = 512 * 512;

    private static final int MOST_IMAGES_PER_BATCH = 32;

    private final ArtifactStore store;

    public DatasetEncoder(ArtifactStore store) {
        this.store = store;
    }

    /**
     * Names what training samples are made of: the content of the images, their captions, and the
     * models that encode them. It takes as long as reading all of them once.
     *
     * @param teacher pipeline directory
     */
    public static String name(Path teacher, ImageFolder images) {
        return DatasetDigest.of(teacher, images, resolution(teacher), FORMAT);
    }

    private static int resolution(Path teacher) {
        return UNetConfig.read(teacher.resolve("unet")).sampleSize()
                * VaeConfig.read(teacher.resolve("vae")).downsamplingFactor();
    }

    /**
     * The encoded data set, made now where it is missing.
     *
     * @param name its {@link #name}
     * @param teacher pipeline directory
     * @param parent owns what stays in memory; the encoders are gone from it afterwards
     * @param stop asked between batches
     * @return empty if it was told to stop
     */
    public Optional<EncodedDataset> encode(
            String name, Path teacher, ImageFolder images, NDManager parent, BooleanSupplier stop) {
        int resolution = resolution(teacher);
        Path directory = store.root().resolve("encoded").resolve(name);
        List<Integer> missing =
                IntStream.iterate(
                                0, i -> i < images.size(), i -> i + EncodedDataset.IMAGES_PER_FILE)
                        .filter(i -> !EncodedDataset.isWhole(EncodedDataset.file(directory, i)))
                        .boxed()
                        .toList();
        if (!missing.isEmpty()
                || !EncodedDataset.isWhole(EncodedDataset.emptyCaptionFile(directory))) {
            LOG.info(
                    "encoding data set={} images={} to={}",
                    images.directory(),
                    images.size(),
                    directory);
            try (NDManager models = parent.newSubManager();
                    StableDiffusionPipeline pipeline =
                            StableDiffusionPipeline.load(teacher, models)) {
                Pass pass = new Pass(pipeline, images, resolution, stop);
                writeEmptyCaption(pipeline, directory, models);
                for (int first : missing) {
                    if (!pass.write(EncodedDataset.file(directory, first), first, models)) {
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.of(EncodedDataset.open(directory, images.size(), resolution, parent));
    }

    private static void writeEmptyCaption(
            StableDiffusionPipeline pipeline, Path directory, NDManager models) {
        try (NDManager scope = models.newSubManager()) {
            PromptEmbeddings empty = pipeline.embed(List.of(""), scope);
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            new EncodedCaption(empty.hiddenStates(), empty.pooled()).addTo(tensors, "");
            save(EncodedDataset.emptyCaptionFile(directory), tensors);
        }
    }

    private static void save(Path file, Map<String, NDArray> tensors) {
        try {
            SafetensorsWriter.write(file, tensors, TensorType.F32, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** One way through a data set with the encoders at hand. */
    private record Pass(
            StableDiffusionPipeline pipeline,
            ImageFolder images,
            int resolution,
            BooleanSupplier stop) {

        /** Whether the file is written; false if told to stop. */
        boolean write(Path file, int first, NDManager models) {
            int end = Math.min(images.size(), first + EncodedDataset.IMAGES_PER_FILE);
            int batch =
                    Math.max(
                            1,
                            Math.min(
                                    MOST_IMAGES_PER_BATCH,
                                    PIXELS_PER_BATCH / (resolution * resolution)));
            try (NDManager scope = models.newSubManager()) {
                Map<String, NDArray> tensors = new LinkedHashMap<>();
                for (int from = first; from < end; from += batch) {
                    if (stop.getAsBoolean()) {
                        return false;
                    }
                    encode(from, Math.min(end, from + batch), tensors, scope);
                }
                save(file, tensors);
            }
            return true;
        }

        private void encode(int from, int to, Map<String, NDArray> tensors, NDManager owner) {
            try (NDManager scope = owner.newSubManager()) {
                List<CaptionedImage> batch = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    batch.add(images.read(i, resolution));
                }
                LatentDistribution latents = latents(pipeline.vae(), batch, scope);
                float scale = (float) pipeline.vae().config().scalingFactor();
                NDArray means = latents.mean().mul(scale); // (B, C, h, w)
                NDArray deviations = latents.logvar().mul(0.5f).exp().mul(scale);
                PromptEmbeddings captions =
                        pipeline.embed(batch.stream().map(CaptionedImage::caption).toList(), scope);
                for (int i = 0; i < batch.size(); i++) {
                    NDArray pooled =
                            captions.pooled() == null ? null : row(captions.pooled(), i, owner);
                    new EncodedSample(
                                    row(means, i, owner),
                                    row(deviations, i, owner),
                                    new EncodedCaption(
                                            row(captions.hiddenStates(), i, owner), pooled))
                            .addTo(tensors, from + i);
                }
            }
        }

        private LatentDistribution latents(
                AutoencoderKL vae, List<CaptionedImage> batch, NDManager scope) {
            float[] pixels = new float[batch.size() * 3 * resolution * resolution];
            for (int i = 0; i < batch.size(); i++) {
                float[] one = batch.get(i).pixels();
                System.arraycopy(one, 0, pixels, i * one.length, one.length);
            }
            return vae.encode(
                    scope.create(
                            pixels,
                            new Shape(batch.size(), 3, resolution, resolution))); // (B, 3, H, W)
        }

        /** (B, ...) to (1, ...): a copy, so that the batch can go. */
        private static NDArray row(NDArray array, int index, NDManager owner) {
            try (NDArray view = array.get(index + ":" + (index + 1))) {
                NDArray copy = view.duplicate();
                copy.attach(owner);
                return copy;
            }
        }
    }
}
