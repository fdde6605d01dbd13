package io.laptopdiff.contracts.distillation;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a student is trained on.
 *
 * @param used images
 * @param leftOut images that cannot be used, by reason: corrupt, too-small, too-large,
 *     unsupported-format, no-caption; empty where all can
 */
public record TrainingImages(int used, @Default("{}") Map<String, Integer> leftOut) {
    public TrainingImages {
        Require.atLeast("used", used, 1);
        Require.present("leftOut", leftOut);
        leftOut.forEach((why, images) -> Require.atLeast("leftOut." + why, images, 1));
        leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    }
}
