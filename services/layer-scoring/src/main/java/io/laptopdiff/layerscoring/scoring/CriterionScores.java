package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * What one criterion says of every unit on one slice.
 *
 * @param units in execution order
 */
record CriterionScores(List<UnitScore> units) {
    CriterionScores {
        units = Require.someOf("units", units);
    }

    /** Returns whether they are of this U-Net, and of so many samples. */
    boolean fit(UNetLayout layout, Criterion criterion, int samples) {
        return units.stream()
                        .map(UnitScore::unit)
                        .toList()
                        .equals(layout.units().stream().map(Unit::path).toList())
                && units.stream().allMatch(unit -> unit.by(criterion).count() == samples);
    }

    /** Joins several criteria side by side; each has sums of its own, which stay as they are. */
    static List<UnitScore> joined(Collection<CriterionScores> criteria) {
        Iterator<CriterionScores> all = criteria.iterator();
        List<UnitScore> joined = new ArrayList<>(all.next().units());
        while (all.hasNext()) {
            List<UnitScore> next = all.next().units();
            for (int u = 0; u < joined.size(); u++) {
                joined.set(u, joined.get(u).plus(next.get(u)));
            }
        }
        return joined;
    }
}
