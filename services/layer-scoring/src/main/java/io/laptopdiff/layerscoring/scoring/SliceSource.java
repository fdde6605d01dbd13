package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.util.List;

/**
 * What one slice of a calibration set is made of; no weight is read for it.
 *
 * @param layout of the teacher's U-Net
 * @param noise the teacher's training schedule
 * @param draws the slice's samples
 * @param precision of the teacher's U-Net
 */
record SliceSource(
        TeacherDirectory teacher,
        UNetLayout layout,
        NoiseScheduler noise,
        CalibrationSource images,
        List<CalibrationDraw> draws,
        Precision precision) {

    /**
     * The number of the format, another wherever the same request would be scored by other
     * formulas.
     */
    private static final int FORMAT = 2;

    /**
     * @param location of the teacher
     * @param slice from 0 to calibration.slices - 1
     */
    static SliceSource of(
            Artifacts artifacts,
            String location,
            CalibrationSpec calibration,
            int slice,
            Precision precision) {
        TeacherDirectory teacher = TeacherDirectory.of(location, artifacts);
        UNetLayout layout = UNetLayout.of(UNetConfig.read(teacher.unet()));
        CalibrationSource images =
                CalibrationSource.of(artifacts, calibration, teacher.resolution(layout.config()));
        NoiseScheduler noise = NoiseScheduler.read(teacher.scheduler());
        return new SliceSource(
                teacher,
                layout,
                noise,
                images,
                new CalibrationDraws(calibration.seed(), images.size(), noise.timesteps())
                        .draws(first(calibration, slice), first(calibration, slice + 1)),
                precision);
    }

    /** Returns the height and width of the images that the teacher was made for, in pixels. */
    int resolution() {
        return teacher.resolution(layout.config());
    }

    /** The first sample of a slice; sizes of slices differ by one at most. */
    private static int first(CalibrationSpec calibration, int slice) {
        return (int) ((long) calibration.samples() * slice / calibration.slices());
    }

    /**
     * Returns where this slice's results are kept. The names follow from content alone: from the
     * teacher's files, and from the slice's images or prompts, timesteps and seeds. So a copy of
     * the teacher elsewhere, and a request of more samples in as many more slices, find what is
     * there.
     *
     * @param seed of the calibration set
     */
    CachedSlice cached(ArtifactStore store, long seed, FileDigests files) {
        ContentDigest model = new ContentDigest().add(FORMAT);
        files.addModels(
                teacher.root(),
                List.of(
                        teacher.unet(),
                        teacher.scheduler(),
                        teacher.vae(),
                        teacher.textEncoder(),
                        teacher.tokenizer(),
                        teacher.textEncoder2(),
                        teacher.tokenizer2()),
                model);
        if (layout.config().addition().isPresent()) {
            model.add(files.of(teacher.index()));
        }
        ContentDigest samples = new ContentDigest().add(FORMAT).add(seed);
        if (precision != Precision.FP32) {
            samples.add(precision.text());
        }
        for (CalibrationDraw draw : draws) {
            samples.add(draw.index()).add(draw.timestep()).add(draw.noiseSeed());
            images.describe(draw, files, samples);
        }
        return CachedSlice.of(store, model.name(), samples.name());
    }
}
