package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.UnusableImageException;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.LatentDistribution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One way through shards of a data set with the encoders at hand. */
final class EncodingPass {
    private static final Logger LOG = LoggerFactory.getLogger(EncodingPass.class);

    /**
     * The pixels encoded at once, about what one image of SD-v1.5 holds: smaller images are encoded
     * several at a time.
     */
    private static final int PIXELS_PER_BATCH = 512 * 512;

    private static final int MOST_IMAGES_PER_BATCH = 32;

    private final Encoding encoding;
    private final AutoencoderKL vae;
    private final TextEncoders text;
    private final ArtifactStore store;
    private final Preparation preparation;
    private final BooleanSupplier stop;

    /**
     * @param stop asked between batches
     */
    EncodingPass(
            Encoding encoding,
            AutoencoderKL vae,
            TextEncoders text,
            ArtifactStore store,
            BooleanSupplier stop) {
        this.encoding = encoding;
        this.vae = vae;
        this.text = text;
        this.store = store;
        this.preparation = new Preparation(store);
        this.stop = stop;
    }

    void writeEmptyCaption(NDManager models) {
        try (NDManager scope = models.newSubManager()) {
            PromptEmbeddings empty = text.embed(List.of(""), scope);
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            new EncodedCaption(empty.hiddenStates(), empty.pooled()).addTo(tensors, "");
            encoding.emptyCaption().write(store, tensors, List.of(), Map.of());
        }
    }

    /** Encodes and writes a shard, and returns its manifest; empty if told to stop. */
    Optional<ShardManifest> write(int shard, NDManager models) {
        Optional<ShardManifest> there = encoding.shard(shard).verified();
        if (there.isPresent()) {
            return there; // another worker was quicker
        }
        int end = encoding.end(shard);
        int pixels = encoding.resolution() * encoding.resolution();
        int batch = Math.max(1, Math.min(MOST_IMAGES_PER_BATCH, PIXELS_PER_BATCH / pixels));
        try (NDManager scope = models.newSubManager()) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            List<Integer> used = new ArrayList<>();
            Map<String, Integer> leftOut = new TreeMap<>();
            for (int from = encoding.first(shard); from < end; from += batch) {
                if (stop.getAsBoolean()) {
                    return Optional.empty();
                }
                Map<Integer, CaptionedImage> images =
                        usable(from, Math.min(end, from + batch), leftOut);
                if (!images.isEmpty()) {
                    encode(images, tensors, scope);
                    used.addAll(images.keySet());
                }
                preparation.workedAt(encoding);
            }
            return Optional.of(encoding.shard(shard).write(store, tensors, used, leftOut));
        }
    }

    /** Reads the usable images of a range, by their places in the data set. */
    private Map<Integer, CaptionedImage> usable(int from, int to, Map<String, Integer> leftOut) {
        Map<Integer, CaptionedImage> images = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            try {
                images.put(i, encoding.images().readUsable(i, encoding.resolution()));
            } catch (UnusableImageException e) {
                LOG.warn(
                        "image left out where={} reason={} what={}",
                        e.where(),
                        e.reason().text(),
                        e.what());
                leftOut.merge(e.reason().text(), 1, Integer::sum);
            }
        }
        return images;
    }

    private void encode(
            Map<Integer, CaptionedImage> images, Map<String, NDArray> tensors, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            List<CaptionedImage> batch = List.copyOf(images.values());
            LatentDistribution latents = latents(batch, scope);
            float scale = (float) vae.config().scalingFactor();
            NDArray means = latents.mean().mul(scale); // (B, C, h, w)
            NDArray deviations = latents.logvar().mul(0.5f).exp().mul(scale);
            PromptEmbeddings captions =
                    text.embed(batch.stream().map(CaptionedImage::caption).toList(), scope);
            int row = 0;
            for (int image : images.keySet()) {
                NDArray pooled =
                        captions.pooled() == null ? null : row(captions.pooled(), row, owner);
                new EncodedSample(
                                row(means, row, owner),
                                row(deviations, row, owner),
                                new EncodedCaption(
                                        row(captions.hiddenStates(), row, owner), pooled))
                        .addTo(tensors, image);
                row++;
            }
        }
    }

    private LatentDistribution latents(List<CaptionedImage> batch, NDManager scope) {
        int resolution = encoding.resolution();
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

    /** Copies a row of (B, ...) to (1, ...), so that the batch can go. */
    private static NDArray row(NDArray array, int index, NDManager owner) {
        try (NDArray view = array.get(index + ":" + (index + 1))) {
            NDArray copy = view.duplicate();
            copy.attach(owner);
            return copy;
        }
    }
}
