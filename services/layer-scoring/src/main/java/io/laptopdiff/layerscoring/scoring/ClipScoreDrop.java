package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.Unit;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What images lose in CLIP score when the teacher draws them without one unit, from the same first
 * latents; below 0 where they gain.
 *
 * @param directory of the CLIP model
 * @param limits how many images are drawn together, and where
 */
record ClipScoreDrop(ClipScoreSpec spec, Path directory, ScoringLimits limits) {

    /** Returns the images that a slice has to show: one for each of its first samples. */
    int images(SliceSource source) {
        return Math.min(spec.promptsPerSlice(), source.draws().size());
    }

    /** Loads teacher and scorer, draws once whole and once without each unit, and frees them. */
    CriterionScores measure(SliceSource source, Interruption interruption) {
        List<CalibrationDraw> draws = source.draws().subList(0, images(source));
        List<String> captions = draws.stream().map(source.images()::caption).toList();
        Scheduler scheduler =
                Scheduler.ofPipeline(source.teacher().root(), SamplerName.textOf(spec.scheduler()));
        int together = limits.drawnTogether(source, spec.guidanceScale(), scorerBytes());
        List<Unit> units = source.layout().units();
        double[][] drops = new double[units.size()][];
        try (NDManager manager = limits.devices().newManager();
                ClipSimilarity scorer = ClipSimilarity.load(directory, captions, manager);
                StableDiffusionPipeline whole =
                        StableDiffusionPipeline.load(source.teacher().root(), scheduler, manager)) {
            PromptEmbeddings texts = whole.embed(captions, manager);
            double[] full = scorer.scores(draw(whole, texts, draws, together, interruption));
            for (int u = 0; u < drops.length; u++) {
                StableDiffusionPipeline without = whole.withoutUnits(Set.of(units.get(u).path()));
                drops[u] = scorer.scores(draw(without, texts, draws, together, interruption));
                for (int i = 0; i < full.length; i++) {
                    drops[u][i] = full[i] - drops[u][i];
                }
            }
        }
        UnitSums sums = new UnitSums(units, source.noise().timesteps());
        sums.add(Criterion.CLIP_SCORE, draws, drops);
        return new CriterionScores(sums.scores());
    }

    private long scorerBytes() {
        return Float.BYTES
                * ClipModel.tensors(ClipConfig.read(directory)).values().stream()
                        .mapToLong(Shape::size)
                        .sum();
    }

    private List<BufferedImage> draw(
            StableDiffusionPipeline pipeline,
            PromptEmbeddings texts,
            List<CalibrationDraw> draws,
            int together,
            Interruption interruption) {
        return pipeline.generate(
                texts,
                draws.stream().mapToLong(CalibrationDraw::imageSeed).toArray(),
                GenerationSettings.of(spec.inferenceSteps(), spec.guidanceScale())
                        .withBatchSize(together),
                (done, steps) -> interruption.check());
    }
}
