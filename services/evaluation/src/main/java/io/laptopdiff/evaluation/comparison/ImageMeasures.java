package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.evaluation.Score;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.evaluation.metrics.Bootstrap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is measured on the images of one model.
 *
 * @param frechetDistance to the real images
 * @param images in the order of the prompts
 */
record ImageMeasures(double frechetDistance, List<MeasuredImage> images) {
    ImageMeasures {
        Require.atLeast("frechetDistance", frechetDistance, 0.0);
        images = Require.someOf("images", images);
    }

    double clipScore() {
        return images.stream().mapToDouble(MeasuredImage::clipScore).average().orElseThrow();
    }

    double retrievalAccuracy() {
        return (double) images.stream().filter(MeasuredImage::retrieved).count() / images.size();
    }

    /** Returns a scorer's score of each image. */
    double[] scores(String name) {
        return images.stream().mapToDouble(image -> image.scores().get(name)).toArray();
    }

    Metrics with(UNetCost cost, double latencyMillis, List<String> names, Bootstrap bootstrap) {
        Map<String, Score> scores = new TreeMap<>();
        names.forEach(name -> scores.put(name, bootstrap.mean(scores(name))));
        return new Metrics(
                cost.parameters(),
                cost.macs(),
                latencyMillis,
                clipScore(),
                retrievalAccuracy(),
                frechetDistance,
                images.size(),
                scores);
    }
}
