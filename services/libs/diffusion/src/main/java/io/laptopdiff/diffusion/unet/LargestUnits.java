package io.laptopdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A plan for where nothing is known of losses: the largest units go, as inner ones mostly do. */
public final class LargestUnits {

    private LargestUnits() {}

    /**
     * Chooses the largest units that together make at least this share of a U-Net's parameters.
     *
     * @param ratio above 0 and below 1
     */
    public static Set<String> of(UNetLayout layout, double ratio) {
        Set<String> removed = new LinkedHashSet<>();
        List<Unit> units = new ArrayList<>(layout.units());
        units.sort(Comparator.comparingLong(Unit::parameters).reversed());
        for (Unit unit : units) {
            if (layout.parameters(removed) <= (1 - ratio) * layout.parameters()) {
                break;
            }
            removed.add(unit.path());
        }
        return removed;
    }
}
