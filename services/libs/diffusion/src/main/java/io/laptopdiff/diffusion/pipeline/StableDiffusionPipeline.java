package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * A Stable Diffusion checkpoint (SD-v1.x, SD-v2.x or SDXL in the diffusers layout) that draws
 * images from text.
 *
 * <p>An image is a function of prompt, seed and settings; the batch it is drawn in changes nothing
 * but rounding. The safety checker that some checkpoints name is not run. B = images of a batch, h,
 * w = latent size.
 */
public final class StableDiffusionPipeline implements AutoCloseable {

    private final PromptEncoder prompts;
    private final UNet2DConditionModel unet;
    private final AutoencoderKL vae;
    private final Scheduler scheduler;
    private final Set<String> removedUnits;
    private final NDManager parent;
    private final Deque<AutoCloseable> owned;

    StableDiffusionPipeline(
            PromptEncoder prompts,
            UNet2DConditionModel unet,
            AutoencoderKL vae,
            Scheduler scheduler,
            NDManager parent,
            Deque<AutoCloseable> owned) {
        this(prompts, unet, vae, scheduler, Set.of(), parent, owned);
    }

    private StableDiffusionPipeline(
            PromptEncoder prompts,
            UNet2DConditionModel unet,
            AutoencoderKL vae,
            Scheduler scheduler,
            Set<String> removedUnits,
            NDManager parent,
            Deque<AutoCloseable> owned) {
        this.prompts = prompts;
        this.unet = unet;
        this.vae = vae;
        this.scheduler = scheduler;
        this.removedUnits = removedUnits;
        this.parent = parent;
        this.owned = owned;
    }

    /**
     * Reads a directory with {@code model_index.json}.
     *
     * @param parent the weights live in sub-managers of it, until {@link #close}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static StableDiffusionPipeline load(Path directory, NDManager parent) {
        return PipelineDirectory.load(directory, parent);
    }

    /**
     * Reads as the other {@code load} does, with another sampler; the directory's own is not looked
     * at.
     */
    public static StableDiffusionPipeline load(
            Path directory, Scheduler scheduler, NDManager parent) {
        return PipelineDirectory.load(directory, scheduler, parent);
    }

    /**
     * Returns whether guidance leads away from zeros where other pipelines take the embeddings of
     * an empty prompt, as SDXL's does unless its {@code force_zeros_for_empty_prompt} says
     * otherwise.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the directory is no
     *     pipeline
     */
    public static boolean guidesFromZeros(Path directory) {
        return PipelineDirectory.guidesFromZeros(directory);
    }

    /**
     * Sees from the configs alone that a directory's parts are supported and fit each other.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file and field
     */
    public static void checkConfigs(Path directory) {
        PipelineDirectory.checkConfigs(directory);
    }

    /**
     * Sees from the configs alone that the parts of a directory are supported and fit each other,
     * whatever its own sampler is.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file and field
     */
    public static void checkParts(Path directory) {
        PipelineDirectory.checkParts(directory);
    }

    /**
     * Returns this pipeline with another U-Net, e.g. a student; each side closes what it opened.
     */
    public StableDiffusionPipeline withUnet(UNet2DConditionModel other) {
        return new StableDiffusionPipeline(
                prompts, other, vae, scheduler, parent, new ArrayDeque<>());
    }

    /**
     * Returns this pipeline with a U-Net that leaves out these units, on the same weights; it owns
     * nothing.
     *
     * @param units diffusers module paths
     * @throws IllegalArgumentException if a path is of no unit
     */
    public StableDiffusionPipeline withoutUnits(Set<String> units) {
        unet.layout().tensors(units); // refuses what is no unit
        return new StableDiffusionPipeline(
                prompts, unet, vae, scheduler, Set.copyOf(units), parent, new ArrayDeque<>());
    }

    /** The U-Net. */
    public UNet2DConditionModel unet() {
        return unet;
    }

    /** The autoencoder. */
    public AutoencoderKL vae() {
        return vae;
    }

    /** The sampler. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Encodes prompts once, for any number of images.
     *
     * @return arrays that belong to {@code manager}
     */
    public PromptEmbeddings embed(List<String> texts, NDManager manager) {
        return prompts.encode(texts, manager);
    }

    /**
     * Draws one image per prompt at the size that the model was made for.
     *
     * @param seeds one per prompt
     * @param guidanceScale 1 or less for none
     */
    public List<BufferedImage> generate(
            List<String> texts, long[] seeds, int steps, double guidanceScale) {
        return generate(
                texts, seeds, GenerationSettings.of(steps, guidanceScale), (step, all) -> {});
    }

    /** Draws one image per prompt, with every setting and a listener. */
    public List<BufferedImage> generate(
            List<String> texts,
            long[] seeds,
            GenerationSettings settings,
            GenerationListener listener) {
        requireOneEach(texts.size(), seeds.length);
        return generate(
                (from, to, manager) -> embed(texts.subList(from, to), manager),
                seeds,
                settings,
                listener);
    }

    /**
     * Draws one image per encoded prompt.
     *
     * @param encoded from {@link #embed}; stays untouched
     * @param seeds one per prompt
     */
    public List<BufferedImage> generate(
            PromptEmbeddings encoded,
            long[] seeds,
            GenerationSettings settings,
            GenerationListener listener) {
        requireOneEach(encoded.size(), seeds.length);
        return generate(encoded::slice, seeds, settings, listener);
    }

    /**
     * Draws one latent per encoded prompt, all in one batch, and decodes none.
     *
     * @param encoded from {@link #embed}; stays untouched
     * @param seeds one per prompt
     * @param manager owns the result
     * @return (B, c, h, w) as the U-Net knows latents: what {@link AutoencoderKL#decode} would get
     *     after a division by the scaling factor
     */
    public NDArray latents(
            PromptEmbeddings encoded,
            long[] seeds,
            GenerationSettings settings,
            GenerationListener listener,
            NDManager manager) {
        requireOneEach(encoded.size(), seeds.length);
        try (NDManager run = parent.newSubManager()) {
            PromptEmbeddings texts = encoded.slice(0, seeds.length, run);
            NDArray latents = drawing(settings, run).latents(texts, seeds, listener, run);
            latents.attach(manager);
            return latents;
        }
    }

    private Drawing drawing(GenerationSettings settings, NDManager run) {
        return new Drawing(
                settings.guides() ? prompts.unconditional(run) : null,
                unet,
                vae,
                scheduler,
                settings,
                removedUnits);
    }

    private static void requireOneEach(int texts, int seeds) {
        if (texts != seeds) {
            throw new IllegalArgumentException(
                    texts + " prompts and " + seeds + " seeds: give one seed per prompt");
        }
    }

    private List<BufferedImage> generate(
            PromptSlices texts,
            long[] seeds,
            GenerationSettings settings,
            GenerationListener listener) {
        List<BufferedImage> images = new ArrayList<>();
        try (NDManager run = parent.newSubManager()) {
            Drawing drawing = drawing(settings, run);
            int batches = (seeds.length + settings.batchSize() - 1) / settings.batchSize();
            for (int batch = 0; batch < batches; batch++) {
                int from = batch * settings.batchSize();
                int to = Math.min(seeds.length, from + settings.batchSize());
                int batchesBefore = batch;
                GenerationListener ofAll =
                        (step, steps) ->
                                listener.afterStep(batchesBefore * steps + step, batches * steps);
                try (NDManager one = run.newSubManager()) {
                    PromptEmbeddings slice = texts.slice(from, to, one);
                    images.addAll(
                            drawing.draw(slice, Arrays.copyOfRange(seeds, from, to), ofAll, one));
                }
            }
        }
        return images;
    }

    @FunctionalInterface
    private interface PromptSlices {
        PromptEmbeddings slice(int from, int to, NDManager manager);
    }

    static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("A part of the pipeline did not close", e);
            }
        }
    }

    /** Frees the parts that this pipeline read; those given to it live on. */
    @Override
    public void close() {
        closeAll(owned);
    }
}
