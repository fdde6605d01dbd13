package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import java.util.List;

/**
 * A loaded teacher with the samples of one slice of the calibration set.
 *
 * <p>Letters: B = samples, C = latent channels, h, w = latent size, S = text tokens, D = width of
 * the text.
 */
final class CalibrationSlice implements AutoCloseable {

    private final NDManager manager;
    private final UNet teacher;
    private final PassSize size;
    private final NoiseScheduler noise;
    private final List<CalibrationReader.Sample> samples;

    private CalibrationSlice(
            NDManager manager,
            UNet teacher,
            PassSize size,
            NoiseScheduler noise,
            List<CalibrationReader.Sample> samples) {
        this.manager = manager;
        this.teacher = teacher;
        this.size = size;
        this.noise = noise;
        this.samples = samples;
    }

    /**
     * Reads the samples, or has the teacher draw them, before the U-Net takes its memory.
     *
     * @param cached where drawn samples are kept
     * @param gradients whether a criterion looks at them
     * @param limits of memory and of what is run together
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws io.laptopdiff.contracts.StageException if not even one sample at a time would fit
     */
    static CalibrationSlice load(
            SliceSource source,
            CachedSlice cached,
            boolean gradients,
            ScoringLimits limits,
            Interruption interruption) {
        StableDiffusionPipeline.checkParts(source.teacher().root());
        PassSize size = limits.sizeFor(source, gradients);
        NDManager manager = limits.devices().newManager();
        try {
            List<CalibrationReader.Sample> samples =
                    samples(source, cached, limits, manager, interruption);
            UNet unet = unet(source, manager);
            NativeHeap.trim();
            return new CalibrationSlice(manager, unet, size, source.noise(), samples);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static UNet unet(SliceSource source, NDManager manager) {
        return source.precision() == Precision.BF16
                ? Bfloat16UNet.load(source.teacher().unet(), manager)
                : UNet2DConditionModel.load(source.teacher().unet(), manager);
    }

    private static List<CalibrationReader.Sample> samples(
            SliceSource source,
            CachedSlice cached,
            ScoringLimits limits,
            NDManager owner,
            Interruption interruption) {
        if (source.images() instanceof CalibrationSource.Images images) {
            return CalibrationReader.encode(source, images, owner, interruption);
        }
        DrawnLatents drawn =
                TeacherDrawings.of(
                        source,
                        (CalibrationSource.Prompts) source.images(),
                        cached,
                        limits,
                        interruption);
        return CalibrationReader.take(source, drawn, owner, interruption);
    }

    UNet teacher() {
        return teacher;
    }

    /** What looks at one batch after the other. */
    interface Look {
        /**
         * @param draws the batch's samples
         */
        void at(List<CalibrationDraw> draws, CalibrationBatch batch);
    }

    /** Goes through the samples in batches; what is computed of a batch is gone after the look. */
    void forEachBatch(Interruption interruption, Look look) {
        int batchSize = size.batch();
        for (int i = 0; i < samples.size(); i += batchSize) {
            List<CalibrationReader.Sample> own =
                    samples.subList(i, Math.min(i + batchSize, samples.size()));
            try (NDManager step = manager.newSubManager()) {
                look.at(
                        own.stream().map(CalibrationReader.Sample::draw).toList(),
                        batch(own, step, interruption));
            }
        }
    }

    /** Looks at one sample only. */
    void first(Interruption interruption, Look look) {
        try (NDManager step = manager.newSubManager()) {
            CalibrationReader.Sample sample = samples.get(0);
            look.at(List.of(sample.draw()), batch(List.of(sample), step, interruption));
        }
    }

    private CalibrationBatch batch(
            List<CalibrationReader.Sample> own, NDManager step, Interruption interruption) {
        NDList originals = new NDList();
        NDList noises = new NDList();
        NDList text = new NDList();
        for (CalibrationReader.Sample sample : own) {
            Shape shape = sample.latent().getShape(); // (1, C, h, w)
            originals.add(sample.latent());
            noises.add(step.create(sample.draw().noise((int) shape.size()), shape));
            text.add(sample.text());
        }
        long[] timesteps = own.stream().mapToLong(sample -> sample.draw().timestep()).toArray();
        NDArray original = joined(originals, step); // (B, C, h, w)
        NDArray epsilon = joined(noises, step); // (B, C, h, w)
        return new CalibrationBatch(
                teacher,
                size.together(),
                noise.addNoise(original, epsilon, timesteps),
                step.create(timesteps),
                joined(text, step), // (B, S, D)
                added(own, step),
                noise.target(original, epsilon, timesteps),
                interruption);
    }

    /** Joins the samples' added conditions: (B, P) and (B, 6); null for models without. */
    private static AddedConditions added(List<CalibrationReader.Sample> own, NDManager step) {
        if (own.get(0).added() == null) {
            return null;
        }
        NDList pooled = new NDList();
        NDList timeIds = new NDList();
        for (CalibrationReader.Sample sample : own) {
            pooled.add(sample.added().textEmbeds());
            timeIds.add(sample.added().timeIds());
        }
        return new AddedConditions(joined(pooled, step), joined(timeIds, step)); // (B, P), (B, 6)
    }

    private static NDArray joined(NDList rows, NDManager owner) {
        NDArray joined = NDArrays.concat(rows, 0);
        joined.attach(owner);
        return joined;
    }

    @Override
    public void close() {
        teacher.close();
        manager.close();
        NativeHeap.trim();
    }
}
