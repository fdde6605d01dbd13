package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One generated image.
 *
 * @param clipScore from 0 to 100
 * @param retrieved whether its own caption fits it better than the others it is compared with
 * @param scores by name
 */
public record MeasuredImage(
        double clipScore, boolean retrieved, @Default("{}") Map<String, Double> scores) {
    public MeasuredImage {
        Require.present("scores", scores);
        scores = Collections.unmodifiableMap(new TreeMap<>(scores));
    }
}
