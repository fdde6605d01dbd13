package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.ScorerSpec;
import io.laptopdiff.evaluation.metrics.Similarity;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scorers beside the first. Each is in memory only while it scores: two of PickScore's size beside
 * a teacher would not fit on many machines.
 */
record FurtherScorers(List<ScorerSpec> specs, Artifacts artifacts, NDManager parent) {

    /** Scores of each image, by the scorer's name. */
    Map<String, double[]> scores(
            List<BufferedImage> images, List<String> captions, Watcher watcher) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (ScorerSpec spec : specs) {
            try (ClipScorer scorer =
                    ClipScorer.load(artifacts.directory(spec.location()), parent)) {
                scores.put(
                        spec.name(),
                        Similarity.each(
                                spec.metric(),
                                scorer.images(images, watcher),
                                scorer.captions(captions, watcher),
                                scorer.scale()));
            }
        }
        return scores;
    }
}
