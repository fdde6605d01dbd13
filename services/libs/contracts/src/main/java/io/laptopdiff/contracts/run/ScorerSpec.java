package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;

/**
 * One more model that scores the images.
 *
 * @param name of its score in metrics, declines and gates
 * @param location of a CLIP model's directory
 * @param metric what its similarity is turned into
 */
public record ScorerSpec(
        String name, String location, @Default("\"clip-score\"") ScorerMetric metric) {
    public ScorerSpec {
        Require.name("name", name);
        Require.text("location", location);
        Require.present("metric", metric);
    }

    /** Returns the same scorer elsewhere. */
    public ScorerSpec at(String otherLocation) {
        return new ScorerSpec(name, otherLocation, metric);
    }
}
