package io.laptopdiff.contracts.evaluation;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was measured on one U-Net.
 *
 * @param parameters of the U-Net
 * @param macs multiply-accumulates of one U-Net call at batch 1
 * @param latencyMillis median of one U-Net call at batch 1
 * @param clipScore mean over images of 100 * max(cosine(image, caption), 0)
 * @param retrievalAccuracy share of images matched to their own caption, from 0 to 1
 * @param frechetDistance of the scorer's image features against held-out real images
 * @param images how many were generated
 * @param scores by name, as {@link io.laptopdiff.contracts.run.EvaluationSpec#scoreNames()}
 */
public record Metrics(
        long parameters,
        long macs,
        double latencyMillis,
        double clipScore,
        double retrievalAccuracy,
        double frechetDistance,
        int images,
        @Default("{}") Map<String, Score> scores) {
    public Metrics {
        Require.atLeast("parameters", parameters, 1L);
        Require.atLeast("macs", macs, 1L);
        Require.above("latencyMillis", latencyMillis, 0);
        Require.within("clipScore", clipScore, 0, 100);
        Require.within("retrievalAccuracy", retrievalAccuracy, 0, 1);
        Require.finite("frechetDistance", frechetDistance);
        Require.atLeast("images", images, 1);
        Require.present("scores", scores);
        scores = Collections.unmodifiableMap(new TreeMap<>(scores));
    }

    /** Makes metrics without further scores. */
    public Metrics(
            long parameters,
            long macs,
            double latencyMillis,
            double clipScore,
            double retrievalAccuracy,
            double frechetDistance,
            int images) {
        this(
                parameters,
                macs,
                latencyMillis,
                clipScore,
                retrievalAccuracy,
                frechetDistance,
                images,
                Map.of());
    }
}
