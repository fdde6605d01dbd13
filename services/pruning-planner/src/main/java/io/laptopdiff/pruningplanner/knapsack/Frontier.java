package io.laptopdiff.pruningplanner.knapsack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The best removals for every ratio at once (LAPTOP-Diff, arXiv 2404.11098, section 3.3): the least
 * sum of losses subject to a number of freed parameters. Ties break on fewer freed parameters, then
 * on the set whose first unit that the other lacks comes earlier.
 *
 * <p>Exact. The units are shared out to two tables, which a query walks along together: unions of
 * their sets need not be written down. So it stays small even where no set dominates another, as
 * with losses that are all 0 or proportional to the sizes.
 */
public final class Frontier {
    /**
     * The part of a parameter by which a removal may fall short: what rounding the ratio to a
     * double and multiplying it with a few billions can be off by.
     */
    private static final double ROUNDING = 1e-6;

    private final List<ScoredUnit> units;
    private final ParetoTable left;
    private final ParetoTable right;

    private Frontier(List<ScoredUnit> units, ParetoTable left, ParetoTable right) {
        this.units = units;
        this.left = left;
        this.right = right;
    }

    /**
     * The frontier of these units.
     *
     * @param units in execution order
     * @param bonuses of groups of these units
     * @throws IllegalArgumentException if a path occurs twice, or a bonus names an unknown one
     */
    public static Frontier of(List<ScoredUnit> units, List<Bonus> bonuses) {
        ExactLosses losses = ExactLosses.of(units);
        ParetoTable nothing = ParetoTable.ofNothing(units.size());
        ParetoTable left = nothing;
        ParetoTable right = nothing;
        for (List<Group> alike : groups(units, bonuses)) {
            ParetoTable sum = left.size() <= right.size() ? left : right;
            boolean toLeft = left.size() <= right.size();
            for (Group group : alike) {
                sum = group.into(sum, nothing, units, losses);
            }
            left = toLeft ? sum : left;
            right = toLeft ? right : sum;
        }
        return new Frontier(List.copyOf(units), left, right);
    }

    /** Groups whose sizes are the same together, for their sums coincide within one table. */
    private static List<List<Group>> groups(List<ScoredUnit> units, List<Bonus> bonuses) {
        Map<String, Integer> index = index(units);
        Set<Integer> alone = new LinkedHashSet<>(IntStream.range(0, units.size()).boxed().toList());
        Map<List<Long>, List<Group>> bySizes = new LinkedHashMap<>();
        for (Bonus bonus : bonuses) {
            List<Integer> members = new ArrayList<>();
            for (String path : bonus.units()) {
                members.add(requireFree(index.get(path), path, alone));
            }
            add(new Group(members, bonus.parameters()), units, bySizes);
        }
        alone.forEach(unit -> add(new Group(List.of(unit), 0), units, bySizes));
        List<List<Group>> groups = new ArrayList<>(bySizes.values());
        groups.sort(Comparator.comparing(g -> -g.size()));
        return groups;
    }

    private static void add(
            Group group, List<ScoredUnit> units, Map<List<Long>, List<Group>> bySizes) {
        List<Long> sizes = new ArrayList<>();
        group.units().forEach(unit -> sizes.add(units.get(unit).parameters()));
        sizes.add(group.bonus());
        bySizes.computeIfAbsent(sizes, any -> new ArrayList<>()).add(group);
    }

    /** Units by index, and what they free on top when all of them go. */
    private record Group(List<Integer> units, long bonus) {
        ParetoTable into(
                ParetoTable table, ParetoTable nothing, List<ScoredUnit> all, ExactLosses losses) {
            if (bonus == 0) {
                ParetoTable more = table;
                for (int unit : units) {
                    more = with(more, unit, all, losses);
                }
                return more;
            }
            ParetoTable group = nothing;
            for (int unit : units) {
                group = with(group, unit, all, losses);
            }
            return table.times(group.withBonus(bonus));
        }

        private static ParetoTable with(
                ParetoTable table, int unit, List<ScoredUnit> all, ExactLosses losses) {
            ScoredUnit scored = all.get(unit);
            return table.withUnit(unit, scored.parameters(), losses.of(scored.loss()));
        }
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

    /** The least count of freed parameters that is this ratio of the teacher's. */
    public static long atLeast(double ratio, long teacherParameters) {
        // The cast of what is too large for a long gives the largest long, which nothing reaches.
        return (long) Math.ceil(ratio * teacherParameters - ROUNDING);
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
        return forParameters(atLeast(ratio, teacherParameters))
                .orElseThrow(
                        () ->
                                new InfeasibleRatioException(
                                        ratio, (double) largestParameters() / teacherParameters));
    }

    /** The cheapest removal that frees at least so many; empty if there is none. */
    public Optional<Removal> forParameters(long wanted) {
        return left.cheapestUnion(right, wanted).map(this::removal);
    }

    /** Returns what removing every unit frees. */
    public long largestParameters() {
        return left.parameters(left.size() - 1) + right.parameters(right.size() - 1);
    }

    /** Returns every removal that nothing beats, by freed parameters: the first removes nothing. */
    public Stream<Removal> removals() {
        return Stream.iterate(
                        forParameters(0),
                        Optional::isPresent,
                        last -> forParameters(last.orElseThrow().parameters() + 1))
                .map(Optional::orElseThrow);
    }

    private Removal removal(ParetoTable union) {
        List<String> paths = new ArrayList<>();
        double[] loss = new double[1];
        union.forEachUnit(
                0,
                unit -> {
                    paths.add(units.get(unit).path());
                    loss[0] += units.get(unit).loss();
                });
        return new Removal(paths, union.parameters(0), loss[0]);
    }
}
