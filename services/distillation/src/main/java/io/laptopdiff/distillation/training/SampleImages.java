package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.ImageFiles;
import io.laptopdiff.diffusion.pipeline.ImageSampler;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.distillation.dataset.EncodedCaption;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.Encoding;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the same few captions with teacher and student as a training goes on, for people to look
 * at. Nothing of a training depends on them: where drawing fails, it goes on without.
 */
final class SampleImages {
    private static final Logger LOG = LoggerFactory.getLogger(SampleImages.class);

    private static final double GUIDANCE = 7.5;

    private final Encoding encoding;
    private final EncodedDataset dataset;
    private final ArtifactStore store;
    private final VariantLayout variant;
    private final Captions captions;
    private final BooleanSupplier stop;
    private final NDManager parent;

    /**
     * What is drawn; {@code samples.json} beside the images.
     *
     * @param captions of the first images of the data set
     * @param seeds of the first latents, one for each caption
     */
    record Captions(
            List<String> captions, List<Long> seeds, int inferenceSteps, double guidanceScale) {

        static Captions of(DistillationRecipe recipe, Encoding encoding, EncodedDataset dataset) {
            int count = Math.min(recipe.sampleImages(), dataset.size());
            return new Captions(
                    IntStream.range(0, count)
                            .mapToObj(i -> encoding.images().caption(dataset.place(i)))
                            .toList(),
                    LongStream.range(recipe.seed(), recipe.seed() + count).boxed().toList(),
                    DistillationRecipe.SAMPLE_STEPS,
                    GUIDANCE);
        }

        int count() {
            return captions.size();
        }

        GenerationSettings settings(Scheduler scheduler, int pixels) {
            return new GenerationSettings(
                    Math.min(inferenceSteps, scheduler.maximumSteps()),
                    guidanceScale,
                    pixels,
                    pixels,
                    1);
        }
    }

    /**
     * @param stop asked after every step of a drawing, which is then left out
     * @param parent what is needed meanwhile lives in sub-managers of it
     */
    SampleImages(
            DistillationRecipe recipe,
            Encoding encoding,
            EncodedDataset dataset,
            ArtifactStore store,
            VariantLayout variant,
            BooleanSupplier stop,
            NDManager parent) {
        this.encoding = encoding;
        this.dataset = dataset;
        this.store = store;
        this.variant = variant;
        this.captions = Captions.of(recipe, encoding, dataset);
        this.stop = stop;
        this.parent = parent;
    }

    /**
     * Draws the teacher's images, which every student is held against, unless they are there
     * already.
     */
    void ofTeacher(Supplier<UNet> teacher) {
        draw(variant.samples().resolve("teacher"), teacher);
    }

    /** Draws a student's images after so many steps, unless they are there already. */
    void ofStudent(int step, UNet student) {
        draw(variant.samples(step), () -> student);
    }

    private void draw(Path directory, Supplier<UNet> unet) {
        if (captions.count() == 0 || Files.exists(directory) || stop.getAsBoolean()) {
            return;
        }
        try {
            List<BufferedImage> images = GradientTape.withoutRecording(() -> images(unet.get()));
            store.write(
                    variant.samples().resolve("samples.json"),
                    Json.writePretty(captions).getBytes(StandardCharsets.UTF_8));
            store.writeDirectory(directory, part -> ImageFiles.write(part, images));
        } catch (CancellationException e) {
            LOG.info("drawing stopped directory={}", directory);
        } catch (RuntimeException e) {
            LOG.warn("no sample images directory={}", directory, e);
        } finally {
            NativeHeap.trim();
        }
    }

    private List<BufferedImage> images(UNet unet) {
        Path teacher = encoding.teacher();
        Scheduler scheduler = Scheduler.ofPipeline(teacher);
        try (NDManager scope = parent.newSubManager();
                AutoencoderKL vae = AutoencoderKL.load(teacher.resolve("vae"), scope)) {
            return new ImageSampler(
                            vae, scheduler, captions.settings(scheduler, dataset.resolution()))
                    .draw(
                            unet,
                            embeddings(scope),
                            unconditional(teacher, scope),
                            captions.seeds().stream().mapToLong(seed -> seed).toArray(),
                            (step, steps) -> requireGoingOn(),
                            scope);
        }
    }

    /** Returns what the teacher's own pipeline guides away from: (1, T, D), and (1, P). */
    private PromptEmbeddings unconditional(Path teacher, NDManager scope) {
        EncodedCaption empty = dataset.emptyCaption();
        if (!StableDiffusionPipeline.guidesFromZeros(teacher)) {
            return new PromptEmbeddings(empty.text(), empty.pooled());
        }
        return new PromptEmbeddings(
                scope.zeros(empty.text().getShape()), scope.zeros(empty.pooled().getShape()));
    }

    /** Returns the captions' embeddings (B, T, D), and (B, P) where there is such. */
    private PromptEmbeddings embeddings(NDManager scope) {
        NDList text = new NDList();
        NDList pooled = new NDList();
        for (int i = 0; i < captions.count(); i++) {
            EncodedCaption caption = dataset.read(i, scope).caption();
            text.add(caption.text());
            if (caption.pooled() != null) {
                pooled.add(caption.pooled());
            }
        }
        return new PromptEmbeddings(
                joined(text, scope), pooled.isEmpty() ? null : joined(pooled, scope));
    }

    /** The parts may belong to the data set, which lives long. */
    private static NDArray joined(NDList parts, NDManager scope) {
        NDArray joined = NDArrays.concat(parts, 0);
        joined.attach(scope);
        return joined;
    }

    private void requireGoingOn() {
        if (stop.getAsBoolean()) {
            throw new CancellationException();
        }
    }
}
