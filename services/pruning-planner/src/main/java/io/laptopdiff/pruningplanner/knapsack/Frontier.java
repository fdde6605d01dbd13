package io.laptopdiff.pruningplanner.knapsack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The best removals for every ratio at once (LAPTOP-Diff, arXiv 2404.11098, section 3.3): the least
 * sum of losses subject to a number of freed parameters. Ties break on fewer freed parameters, then
 * on the set whose first unit that the other lacks comes earlier.
 *
 * <p>Exact. The time and memory grow with the number of removals that nothing dominates: at most
 * all parameters divided by the greatest common divisor of the units' counts, in practice far less.
 */
public final class Frontier {
    /**
     * Part of a parameter by which a removal may fall short: what rounding the ratio to a double
     * and multiplying it with a few billions can be off by.
     */
    private static final double ROUNDING = 1e-6;

    private final List<ScoredUnit> units;
    private final ParetoTable table;

    private Frontier(List<ScoredUnit> units, ParetoTable table) {
        this.units = units;
        this.table = table;
    }

    /**
     * @param units in execution order
     * @param bonuses of groups of these units
     * @throws IllegalArgumentException if a path occurs twice, or a bonus names an unknown one
     */
    public static Frontier of(List<ScoredUnit> units, List<Bonus> bonuses) {
        Map<String, Integer> index = index(units);
        ExactLosses losses = ExactLosses.of(units);
        ParetoTable nothing = ParetoTable.ofNothing(units.size());
        ParetoTable table = nothing;
        Set<Integer> alone = new LinkedHashSet<>(IntStream.range(0, units.size()).boxed().toList());
        for (Bonus bonus : bonuses) {
            ParetoTable group = nothing;
            for (String path : bonus.units()) {
                int unit = requireFree(index.get(path), path, alone);
                group = with(group, unit, units, losses);
            }
            table = table.times(group.withBonus(bonus.parameters()));
        }
        for (int unit : alone) {
            table = with(table, unit, units, losses);
        }
        return new Frontier(List.copyOf(units), table);
    }

    private static ParetoTable with(
            ParetoTable table, int unit, List<ScoredUnit> units, ExactLosses losses) {
        ScoredUnit scored = units.get(unit);
        return table.withUnit(unit, scored.parameters(), losses.of(scored.loss()));
    }

    private static Map<String, Integer> index(List<ScoredUnit> units) {
        Map<String, Integer> index = new HashMap<>();
        for (ScoredUnit unit : units) {
            if (index.put(unit.path(), index.size()) != null) {
                throw new IllegalArgumentException("unit " + unit.path() + " is listed twice");
            }
        }
        return index;
    }

    private static int requireFree(Integer unit, String path, Set<Integer> alone) {
        if (unit == null || !alone.remove(unit)) {
            throw new IllegalArgumentException(
                    "a bonus names the unit "
                            + path
                            + ", which is no unit of this U-Net or has another bonus already");
        }
        return unit;
    }

    /**
     * The cheapest removal that frees at least ratio * teacherParameters.
     *
     * @param ratio above 0
     * @throws InfeasibleRatioException naming the largest ratio, if removing all is not enough
     */
    public Removal forRatio(double ratio, long teacherParameters) {
        if (!(ratio > 0)) {
            throw new IllegalArgumentException("ratio " + ratio + "; a number above 0 is needed");
        }
        double wanted = Math.ceil(ratio * teacherParameters - ROUNDING);
        // The cast of what is too large for a long gives the largest long, which nothing reaches.
        int found = table.firstWithAtLeast((long) wanted);
        if (found == table.size()) {
            throw new InfeasibleRatioException(
                    ratio, (double) largestParameters() / teacherParameters);
        }
        return removal(found);
    }

    /** What removing every unit frees. */
    public long largestParameters() {
        return table.parameters(table.size() - 1);
    }

    /** How many removals there are, that of nothing included. */
    public int size() {
        return table.size();
    }

    /** By freed parameters: the first removes nothing, the last everything. */
    public Removal removal(int index) {
        List<String> paths = new ArrayList<>();
        double[] loss = new double[1];
        table.forEachUnit(
                index,
                unit -> {
                    paths.add(units.get(unit).path());
                    loss[0] += units.get(unit).loss();
                });
        return new Removal(paths, table.parameters(index), loss[0]);
    }
}
