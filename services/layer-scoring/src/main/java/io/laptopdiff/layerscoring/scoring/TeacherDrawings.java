package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples that the teacher draws itself. The latent that its sampler ends with is the sample as it
 * is: to decode it and encode the image again would only add the autoencoder's error. Each follows
 * from its prompt and a seed of its own, so that slices and batches change nothing but rounding.
 */
final class TeacherDrawings {

    private static final String NAME = "drawn";

    private TeacherDrawings() {}

    /**
     * Returns the drawings of a slice, drawn now or before; the pipeline is gone from memory
     * afterwards.
     *
     * @param cached where they are kept for whoever looks at the slice next
     * @param limits how many are drawn together, and where
     * @throws StageException if the teacher draws what is not finite
     */
    static DrawnLatents of(
            SliceSource source,
            CalibrationSource.Prompts prompts,
            CachedSlice cached,
            ScoringLimits limits,
            Interruption interruption) {
        return cached.read(NAME, DrawnLatents.class)
                .filter(drawn -> drawn.latents().size() == source.draws().size())
                .filter(drawn -> drawn.channels() == source.layout().config().inChannels())
                .filter(drawn -> drawn.size() == source.layout().config().sampleSize())
                .orElseGet(
                        () -> {
                            DrawnLatents drawn = draw(source, prompts, limits, interruption);
                            cached.write(NAME, drawn);
                            return drawn;
                        });
    }

    private static DrawnLatents draw(
            SliceSource source,
            CalibrationSource.Prompts prompts,
            ScoringLimits limits,
            Interruption interruption) {
        DrawingSpec spec = prompts.drawing();
        GenerationSettings settings =
                GenerationSettings.of(spec.inferenceSteps(), spec.guidanceScale());
        Scheduler scheduler =
                Scheduler.ofPipeline(source.teacher().root(), SamplerName.textOf(spec.scheduler()));
        List<String> rows = new ArrayList<>();
        int batchSize = limits.drawnTogether(source, spec.guidanceScale(), 0);
        try (NDManager manager = limits.devices().newManager();
                StableDiffusionPipeline drawing =
                        StableDiffusionPipeline.load(source.teacher().root(), scheduler, manager)) {
            for (int from = 0; from < source.draws().size(); from += batchSize) {
                List<CalibrationDraw> own =
                        source.draws()
                                .subList(from, Math.min(from + batchSize, source.draws().size()));
                try (NDManager step = manager.newSubManager()) {
                    NDArray latents = // (B, C, h, w)
                            drawing.latents(
                                    drawing.embed(
                                            own.stream().map(prompts::caption).toList(), step),
                                    own.stream().mapToLong(CalibrationDraw::imageSeed).toArray(),
                                    settings,
                                    (done, steps) -> interruption.check(),
                                    step);
                    rows.addAll(rows(latents.toFloatArray(), own));
                }
            }
        }
        return new DrawnLatents(
                source.layout().config().inChannels(), source.layout().config().sampleSize(), rows);
    }

    private static List<String> rows(float[] numbers, List<CalibrationDraw> draws) {
        List<String> rows = new ArrayList<>();
        int size = numbers.length / draws.size();
        for (int i = 0; i < draws.size(); i++) {
            float[] row = Arrays.copyOfRange(numbers, i * size, (i + 1) * size);
            for (float number : row) {
                if (!Float.isFinite(number)) {
                    throw new StageException(
                            "The teacher draws a latent that is not finite",
                            "calibration sample " + draws.get(i).index(),
                            "Check that the teacher draws good images with calibration.drawing; its weights may have overflowed when they were converted.");
                }
            }
            rows.add(DrawnLatents.row(row));
        }
        return rows;
    }
}
