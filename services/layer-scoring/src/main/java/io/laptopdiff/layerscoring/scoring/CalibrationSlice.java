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
import java.util.Set;

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

    /** What the batches of {@link #losses} are handed to. */
    interface Losses {
        /**
         * @param losses {@code [sets][samples]}
         */
        void add(List<CalibrationDraw> samples, double[][] losses);
    }

    /**
     * Measures the output loss of each set of units on every sample.
     *
     * @param batchSize samples in one pass
     */
    void losses(List<Set<String>> sets, int batchSize, Interruption interruption, Losses losses) {
        OutputLoss criterion = new OutputLoss(teacher);
        for (int i = 0; i < samples.size(); i += batchSize) {
            List<CalibrationReader.Sample> batch =
                    samples.subList(i, Math.min(i + batchSize, samples.size()));
            losses.add(
                    batch.stream().map(CalibrationReader.Sample::draw).toList(),
                    measure(criterion, batch, sets, interruption));
        }
    }

    private double[][] measure(
            OutputLoss criterion,
            List<CalibrationReader.Sample> batch,
            List<Set<String>> sets,
            Interruption interruption) {
        try (NDManager step = manager.newSubManager()) {
            NDList noisy = new NDList();
            NDList text = new NDList();
            for (CalibrationReader.Sample sample : batch) {
                noisy.add(noisy(sample, step));
                text.add(sample.text());
            }
            long[] timesteps =
                    batch.stream().mapToLong(sample -> sample.draw().timestep()).toArray();
            NDArray sample = NDArrays.concat(noisy, 0); // (B, C, h, w)
            NDArray hidden = NDArrays.concat(text, 0); // (B, S, D)
            hidden.attach(step);
            return criterion.measure(
                    sample, step.create(timesteps), hidden, null, sets, interruption);
        }
    }

    private NDArray noisy(CalibrationReader.Sample sample, NDManager step) {
        Shape shape = sample.latent().getShape(); // (1, C, h, w)
        NDArray epsilon = step.create(sample.draw().noise((int) shape.size()), shape);
        NDArray latent = sample.latent().duplicate();
        latent.attach(step);
        return noise.addNoise(latent, epsilon, new long[] {sample.draw().timestep()});
    }

    @Override
    public void close() {
        teacher.close();
        manager.close();
    }
}
