package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.clip.ClipScore;
import io.laptopdiff.evaluation.metrics.FrechetDistance;
import io.laptopdiff.evaluation.metrics.Gaussian;
import io.laptopdiff.evaluation.metrics.RetrievalAccuracy;
import io.laptopdiff.evaluation.metrics.Similarity;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Measures the images that one model drew from the captions. */
record ImageMeter(Models models, EvaluationSpec spec, List<String> captions, Watcher watcher) {

    ImageMeasures measure(List<BufferedImage> images, Reference reference) {
        float[][] embeddings = models.scorer().images(images, watcher); // (N, E)
        float[][] features =
                models.features() == models.scorer()
                        ? embeddings
                        : models.features().images(images, watcher); // (N, D)
        double[] clipScores = ClipScore.each(embeddings, reference.captions());
        boolean[] retrieved = RetrievalAccuracy.each(embeddings, reference.captions(), captions);
        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put(
                spec.scoreNames().get(0),
                Similarity.each(
                        spec.metric(), embeddings, reference.captions(), models.scorer().scale()));
        scores.putAll(models.further().scores(images, captions, watcher));
        return new ImageMeasures(
                FrechetDistance.between(Gaussian.of(features), Gaussian.of(reference.realImages())),
                IntStream.range(0, clipScores.length)
                        .mapToObj(
                                i -> new MeasuredImage(clipScores[i], retrieved[i], of(scores, i)))
                        .toList());
    }

    private static Map<String, Double> of(Map<String, double[]> scores, int image) {
        return scores.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, score -> score.getValue()[image]));
    }
}
