package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One random set of units.
 *
 * @param units removed together
 * @param predicted sum of the units' scores, by criterion
 * @param measured joint output loss
 * @param standardError of the joint output loss; 0 below two samples
 */
public record AdditivityPoint(
        List<String> units, Map<String, Double> predicted, double measured, double standardError) {
    public AdditivityPoint {
        units = Require.someOf("units", units);
        Require.present("predicted", predicted);
        predicted = Collections.unmodifiableMap(new TreeMap<>(predicted));
        Require.atLeast("measured", measured, 0.0);
        Require.atLeast("standardError", standardError, 0.0);
    }
}
