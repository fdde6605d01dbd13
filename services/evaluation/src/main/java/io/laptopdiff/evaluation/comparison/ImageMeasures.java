package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.evaluation.metrics.ClipScore;
import io.laptopdiff.evaluation.metrics.FrechetDistance;
import io.laptopdiff.evaluation.metrics.Gaussian;
import io.laptopdiff.evaluation.metrics.RetrievalAccuracy;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is measured on the images of one model.
 *
 * @param frechetDistance to the real images, in the scorer's image embeddings
 * @param images in the order of the prompts
 */
record ImageMeasures(double frechetDistance, List<MeasuredImage> images) {
    ImageMeasures {
        Require.atLeast("frechetDistance", frechetDistance, 0.0);
        images = Require.someOf("images", images);
    }

    /**
     * @param embeddings (N, E) of the generated images
     */
    static ImageMeasures of(float[][] embeddings, Reference reference, List<String> captions) {
        double[] scores = ClipScore.each(embeddings, reference.captions());
        boolean[] retrieved = RetrievalAccuracy.each(embeddings, reference.captions(), captions);
        return new ImageMeasures(
                FrechetDistance.between(
                        Gaussian.of(embeddings), Gaussian.of(reference.realImages())),
                IntStream.range(0, scores.length)
                        .mapToObj(i -> new MeasuredImage(scores[i], retrieved[i]))
                        .toList());
    }

    double clipScore() {
        return images.stream().mapToDouble(MeasuredImage::clipScore).average().orElseThrow();
    }

    double retrievalAccuracy() {
        return (double) images.stream().filter(MeasuredImage::retrieved).count() / images.size();
    }

    Metrics with(UNetCost cost, double latencyMillis) {
        return new Metrics(
                cost.parameters(),
                cost.macs(),
                latencyMillis,
                clipScore(),
                retrievalAccuracy(),
                frechetDistance,
                images.size());
    }
}
