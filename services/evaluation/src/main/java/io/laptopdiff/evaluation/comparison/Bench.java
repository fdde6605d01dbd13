package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.estimation.WorkerSettings;
import io.laptopdiff.evaluation.images.Prompt;
import io.laptopdiff.evaluation.images.PromptDraw;
import io.laptopdiff.evaluation.metrics.Latencies;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The models and the prompts of one evaluation, and what is done with them.
 *
 * @param together images drawn at once
 */
record Bench(
        Models models,
        List<Prompt> prompts,
        EvaluationSpec spec,
        EvaluationSettings settings,
        int together,
        NDManager manager) {

    private static final int REAL_BATCH = 64; // pictures in the heap at once: 50 MB at 512 pixels

    List<String> captions() {
        return prompts.stream().map(Prompt::caption).toList();
    }

    /** Calls of one U-Net at batch 1 that drawing all images amounts to. */
    double unetCalls() {
        int withGuidance = spec.guidanceScale() > 1 ? 2 : 1;
        return (double) prompts.size() * spec.inferenceSteps() * withGuidance;
    }

    UNetCost cost(UNet2DConditionModel unet) {
        try (NDManager text = manager.newSubManager()) {
            PromptEmbeddings one = models.pipeline().embed(List.of(""), text); // (1, T, C)
            return UNetCost.of(unet, Math.toIntExact(one.hiddenStates().getShape().get(1)));
        }
    }

    List<BufferedImage> draw(UNet2DConditionModel unet, String phase, ProgressMeter meter) {
        long[] seeds = prompts.stream().mapToLong(Prompt::seed).toArray();
        meter.report(phase, 0, seeds.length);
        return models.draw(
                unet,
                captions(),
                seeds,
                spec,
                together,
                (step, steps) ->
                        meter.report(
                                phase, (int) ((long) seeds.length * step / steps), seeds.length));
    }

    /** Features (R, D) of held-out images at the size that the teacher draws. */
    float[][] realImages(ImageFolder dataset, PromptDraw draw, Watcher watcher) {
        List<Integer> indices = draw.realImages(prompts.size());
        List<float[]> embeddings = new ArrayList<>();
        for (int from = 0; from < indices.size(); from += REAL_BATCH) {
            List<BufferedImage> batch =
                    indices.subList(from, Math.min(indices.size(), from + REAL_BATCH)).stream()
                            .map(
                                    index ->
                                            dataset.read(index, models.resolution())
                                                    .toBufferedImage())
                            .toList();
            embeddings.addAll(List.of(models.features().images(batch, watcher)));
        }
        return embeddings.toArray(float[][]::new);
    }

    /** Measures the latencies of single passes: teacher, student. */
    Latencies.Medians latencies(ProgressMeter meter) {
        try (NDManager text = manager.newSubManager()) {
            PromptEmbeddings prompt = models.pipeline().embed(captions().subList(0, 1), text);
            UNetPasses passes = new UNetPasses(prompt, models.resolution(), text);
            return new Latencies(
                            WorkerSettings.LATENCY_WARM_UPS,
                            settings.latencyPasses(),
                            settings.latencyTime())
                    .of(
                            List.of(passes.of(models.teacher()), passes.of(models.student())),
                            (done, total) -> meter.report(ProgressMeter.LATENCY, done, total));
        }
    }
}
