package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Slices of one run's scores, folded in any order; a slice that arrives again counts once. The sums
 * are taken in the order of the slices, so that the result is the same to the last bit however the
 * slices arrived.
 *
 * @param slices those that arrived, by slice number
 */
public record ScoreFold(List<UnitsScored> slices) {
    public static final ScoreFold EMPTY = new ScoreFold(List.of());

    public ScoreFold {
        slices = Require.list("slices", slices);
    }

    /**
     * Folds one more slice; the same if that slice is there already.
     *
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if the slice is of another run
     *     or cut, or lists other units than those before
     */
    public ScoreFold with(UnitsScored arrived) {
        if (slices.stream().anyMatch(s -> s.slice() == arrived.slice())) {
            return this;
        }
        if (!slices.isEmpty()) {
            refuseStranger(slices.get(0), arrived);
        }
        List<UnitsScored> more = new ArrayList<>(slices);
        more.add(arrived);
        more.sort(Comparator.comparingInt(UnitsScored::slice));
        return new ScoreFold(more);
    }

    /** Returns whether every slice of the cut is there. */
    public boolean complete() {
        return !slices.isEmpty() && slices.size() == slices.get(0).slices();
    }

    /** Returns the scores in the order of the units; empty before the first slice. */
    public List<UnitScore> scores() {
        List<UnitScore> sums = new ArrayList<>();
        for (UnitsScored slice : slices) {
            for (int u = 0; u < slice.units().size(); u++) {
                UnitScore score = slice.units().get(u);
                if (u == sums.size()) {
                    sums.add(score);
                } else {
                    sums.set(u, sums.get(u).plus(score));
                }
            }
        }
        return List.copyOf(sums);
    }

    private static void refuseStranger(UnitsScored known, UnitsScored arrived) {
        Require.that(
                known.runId().equals(arrived.runId()),
                "runId",
                arrived.runId(),
                "this fold is of run " + known.runId());
        Require.that(
                known.slices() == arrived.slices(),
                "slices",
                arrived.slices(),
                "the run was cut into " + known.slices());
        Require.that(
                known.teacherParameters() == arrived.teacherParameters(),
                "teacherParameters",
                arrived.teacherParameters(),
                "another slice says " + known.teacherParameters());
        Require.that(
                known.units().size() == arrived.units().size(),
                "units",
                arrived.units().size() + " elements",
                "another slice has " + known.units().size());
        for (int u = 0; u < known.units().size(); u++) {
            known.units().get(u).plus(arrived.units().get(u));
        }
    }
}
