package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;
import java.util.List;

/**
 * What the teacher costs, and each unit's part of it.
 *
 * @param units in execution order
 */
public record UnitCosts(Cost teacher, List<UnitCost> units) {
    public UnitCosts {
        Require.present("teacher", teacher);
        units = Require.someOf("units", units);
    }
}
