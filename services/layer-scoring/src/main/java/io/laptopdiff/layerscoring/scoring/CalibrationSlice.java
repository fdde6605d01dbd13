package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.util.List;

/**
 * A loaded teacher with the samples of one slice of the calibration set.
 *
 * <p>Letters: B = samples, C = latent channels, h, w = latent size, S = text tokens, D = width of
 * the text.
 */
final class CalibrationSlice implements AutoCloseable {

    private final NDManager manager;
    private final UNet2DConditionModel teacher;
    private final NoiseScheduler noise;
    private final List<CalibrationReader.Sample> samples;

    private CalibrationSlice(
            NDManager manager,
            UNet2DConditionModel teacher,
            NoiseScheduler noise,
            List<CalibrationReader.Sample> samples) {
        this.manager = manager;
        this.teacher = teacher;
        this.noise = noise;
        this.samples = samples;
    }

    /**
     * @param location of the teacher's diffusers directory
     * @param slice from 0 to calibration.slices - 1
     * @throws InterruptedScoringException if the work was no longer wanted
     */
    static CalibrationSlice load(
            Artifacts artifacts,
            String location,
            CalibrationSpec calibration,
            int slice,
            Interruption interruption) {
        TeacherDirectory directory = new TeacherDirectory(artifacts.directory(location));
        ImageFolder images = ImageFolder.open(artifacts.directory(calibration.dataset()));
        NoiseScheduler noise = NoiseScheduler.read(directory.scheduler());
        List<CalibrationDraw> draws =
                new CalibrationDraws(calibration.seed(), images.size(), noise.timesteps())
                        .draws(first(calibration, slice), first(calibration, slice + 1));
        NDManager manager = NDManager.newBaseManager();
        try {
            UNet2DConditionModel unet = UNet2DConditionModel.load(directory.unet(), manager);
            directory.requireFitting(
                    unet.config(),
                    VaeConfig.read(directory.vae()),
                    ClipTextConfig.read(directory.textEncoder()));
            return new CalibrationSlice(
                    manager,
                    unet,
                    noise,
                    CalibrationReader.read(
                            directory,
                            images,
                            draws,
                            unet.config().sampleSize(),
                            manager,
                            interruption));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** The first sample of a slice; sizes of slices differ by one at most. */
    private static int first(CalibrationSpec calibration, int slice) {
        return (int) ((long) calibration.samples() * slice / calibration.slices());
    }

    UNet2DConditionModel teacher() {
        return teacher;
    }

    int trainingTimesteps() {
        return noise.timesteps();
    }

    /** What looks at one batch after the other. */
    interface Look {
        /**
         * @param draws the batch's samples
         */
        void at(List<CalibrationDraw> draws, CalibrationBatch batch);
    }

    /**
     * Goes through the samples in batches; what is computed of a batch is gone after the look.
     *
     * @param batchSize samples in one pass
     */
    void forEachBatch(int batchSize, Interruption interruption, Look look) {
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
                noise.addNoise(original, epsilon, timesteps),
                step.create(timesteps),
                joined(text, step), // (B, S, D)
                noise.target(original, epsilon, timesteps),
                interruption);
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
    }
}
