package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.Criterion;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What one slice of the calibration set says about one unit.
 *
 * @param unit diffusers module path
 * @param kind resnet or transformer
 * @param parameters what the unit's removal frees, bonuses of whole transformers aside
 * @param all the output loss over every sample of the slice; no samples where it was not asked for
 * @param quartiles the same by timestep: four, from the quarter with the least noise to the most
 * @param criteria every other criterion that was asked for, by name
 */
public record UnitScore(
        String unit,
        UnitKind kind,
        long parameters,
        Moments all,
        List<Moments> quartiles,
        @Default("{}") Map<String, Moments> criteria) {
    public static final int QUARTILES = 4;

    public UnitScore {
        Require.text("unit", unit);
        Require.present("kind", kind);
        Require.atLeast("parameters", parameters, 1L);
        Require.present("all", all);
        quartiles = Require.list("quartiles", quartiles);
        Require.that(
                quartiles.size() == QUARTILES,
                "quartiles",
                quartiles.size() + " elements",
                "it must hold " + QUARTILES);
        long counted = quartiles.stream().mapToLong(Moments::count).sum();
        Require.that(
                counted == all.count(),
                "quartiles",
                counted + " samples",
                "they must add up to the count of 'all', which is " + all.count());
        Require.present("criteria", criteria);
        criteria.forEach((name, moments) -> Require.present("criteria." + name, moments));
        criteria = Collections.unmodifiableMap(new TreeMap<>(criteria));
    }

    /** Makes a score by the output loss alone. */
    public UnitScore(
            String unit, UnitKind kind, long parameters, Moments all, List<Moments> quartiles) {
        this(unit, kind, parameters, all, quartiles, Map.of());
    }

    /** Returns what the criterion says of this unit; no samples where it was not asked for. */
    public Moments by(Criterion criterion) {
        return criterion == Criterion.OUTPUT_LOSS
                ? all
                : criteria.getOrDefault(criterion.text(), Moments.NONE);
    }

    /**
     * Returns the score over both slices' samples together.
     *
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if the other is of another unit
     */
    public UnitScore plus(UnitScore other) {
        Require.that(
                unit.equals(other.unit) && kind == other.kind && parameters == other.parameters,
                "unit",
                other.unit + " " + other.kind.text() + " of " + other.parameters,
                "every slice must list the same units in the same order, and another slice has "
                        + unit
                        + " "
                        + kind.text()
                        + " of "
                        + parameters);
        List<Moments> sums =
                IntStream.range(0, QUARTILES)
                        .mapToObj(q -> quartiles.get(q).plus(other.quartiles.get(q)))
                        .toList();
        Map<String, Moments> more = new TreeMap<>(criteria);
        other.criteria.forEach((name, moments) -> more.merge(name, moments, Moments::plus));
        return new UnitScore(unit, kind, parameters, all.plus(other.all), sums, more);
    }

    /** The timestep quartile, 0 to 3, of a timestep out of a training schedule. */
    public static int quartileOf(int timestep, int trainingTimesteps) {
        Require.that(
                timestep >= 0 && timestep < trainingTimesteps,
                "timestep",
                timestep,
                "it must be from 0 to " + (trainingTimesteps - 1));
        return (int) ((long) timestep * QUARTILES / trainingTimesteps);
    }
}
