package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one slice of the calibration set says about one unit.
 *
 * @param unit diffusers module path
 * @param kind resnet or transformer
 * @param parameters what the unit's removal frees, bonuses of whole transformers aside
 * @param all over every sample of the slice
 * @param quartiles the same by timestep: four, from the quarter with the least noise to the most
 */
public record UnitScore(
        String unit, UnitKind kind, long parameters, Moments all, List<Moments> quartiles) {
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
    }

    /**
     * Both slices' samples together.
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
        return new UnitScore(unit, kind, parameters, all.plus(other.all), sums);
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
