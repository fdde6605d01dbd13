package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.time.Clock;
import java.util.List;

/** Scores every unit of a teacher on one slice of the calibration set. */
public final class SliceScorer {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Artifacts artifacts;
    private final int batchSize;
    private final Clock clock;

    /**
     * @param batchSize samples in one pass; changes speed and memory, and the result by rounding
     *     only
     * @param clock for {@code occurredAt}
     */
    public SliceScorer(Artifacts artifacts, int batchSize, Clock clock) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "batchSize = " + batchSize + ": it must be at least 1");
        }
        this.artifacts = artifacts;
        this.batchSize = batchSize;
        this.clock = clock;
    }

    /**
     * Loads the teacher, scores, and frees everything again.
     *
     * @throws InterruptedScoringException if the work was no longer wanted
     * @throws RuntimeException that {@link ScoringException#of} can tell
     */
    public UnitsScored score(ScoreUnits task, Interruption interruption) {
        long begin = System.nanoTime();
        TeacherDirectory teacher = new TeacherDirectory(artifacts.directory(task.teacher()));
        CalibrationSpec calibration = task.calibration();
        ImageFolder images = ImageFolder.open(artifacts.directory(calibration.dataset()));
        NoiseScheduler noise = NoiseScheduler.read(teacher.scheduler());
        CalibrationDraws draws =
                new CalibrationDraws(calibration.seed(), images.size(), noise.timesteps());
        List<CalibrationDraw> own =
                draws.draws(first(calibration, task.slice()), first(calibration, task.slice() + 1));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet = UNet2DConditionModel.load(teacher.unet(), manager)) {
            teacher.requireFitting(
                    unet.config(),
                    VaeConfig.read(teacher.vae()),
                    ClipTextConfig.read(teacher.textEncoder()));
            List<CalibrationReader.Sample> samples =
                    CalibrationReader.read(
                            teacher,
                            images,
                            own,
                            unet.config().sampleSize(),
                            manager,
                            interruption);
            UnitSums sums = new UnitSums(unet.layout().units(), noise.timesteps());
            OutputLoss criterion = new OutputLoss(unet);
            for (int i = 0; i < samples.size(); i += batchSize) {
                List<CalibrationReader.Sample> batch =
                        samples.subList(i, Math.min(i + batchSize, samples.size()));
                double[][] losses = measure(criterion, batch, noise, manager, interruption);
                sums.add(batch.stream().map(CalibrationReader.Sample::draw).toList(), losses);
            }
            return new UnitsScored(
                    task.runId(),
                    clock.instant(),
                    task.slice(),
                    calibration.slices(),
                    unet.parameters(),
                    sums.scores(),
                    (System.nanoTime() - begin) / NANOS_PER_SECOND);
        }
    }

    /** The first sample of a slice; sizes of slices differ by one at most. */
    static int first(CalibrationSpec calibration, int slice) {
        return (int) ((long) calibration.samples() * slice / calibration.slices());
    }

    private static double[][] measure(
            OutputLoss criterion,
            List<CalibrationReader.Sample> batch,
            NoiseScheduler noise,
            NDManager manager,
            Interruption interruption) {
        try (NDManager step = manager.newSubManager()) {
            NDList noisy = new NDList();
            for (CalibrationReader.Sample sample : batch) {
                noisy.add(noisy(sample, noise, step));
            }
            NDList text = new NDList();
            batch.forEach(sample -> text.add(sample.text()));
            long[] timesteps =
                    batch.stream().mapToLong(sample -> sample.draw().timestep()).toArray();
            NDArray sample = NDArrays.concat(noisy, 0); // (B, C, h, w)
            NDArray hidden = NDArrays.concat(text, 0); // (B, S, D)
            hidden.attach(step);
            return criterion.measure(sample, step.create(timesteps), hidden, null, interruption);
        }
    }

    private static NDArray noisy(
            CalibrationReader.Sample sample, NoiseScheduler noise, NDManager step) {
        Shape shape = sample.latent().getShape(); // (1, C, h, w)
        NDArray epsilon = step.create(sample.draw().noise((int) shape.size()), shape);
        NDArray latent = sample.latent().duplicate();
        latent.attach(step);
        return noise.addNoise(latent, epsilon, new long[] {sample.draw().timestep()});
    }
}
