package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;

/**
 * What the removal of one unit saves.
 *
 * @param unit diffusers module path
 */
public record UnitCost(String unit, Cost cost) {
    public UnitCost {
        Require.text("unit", unit);
        Require.present("cost", cost);
    }
}
