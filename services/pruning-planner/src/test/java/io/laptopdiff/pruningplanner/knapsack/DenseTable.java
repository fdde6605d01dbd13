package io.laptopdiff.pruningplanner.knapsack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The textbook's table with an entry for every count of freed parameters over the greatest common
 * divisor: an oracle for U-Nets with too many units to try every set, as long as they are tiny.
 */
final class DenseTable {
    private final long divisor;
    private final double[] least;

    DenseTable(List<ScoredUnit> units, List<Bonus> bonuses) {
        long gcd = 0;
        long all = 0;
        for (ScoredUnit unit : units) {
            gcd = gcd(gcd, unit.parameters());
            all += unit.parameters();
        }
        for (Bonus bonus : bonuses) {
            gcd = gcd(gcd, bonus.parameters());
            all += bonus.parameters();
        }
        divisor = gcd;
        least = new double[(int) (all / gcd) + 1];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        least[0] = 0;
        Set<String> grouped = new HashSet<>();
        for (Bonus bonus : bonuses) {
            grouped.addAll(bonus.units());
            choose(choices(members(units, bonus), bonus.parameters()));
        }
        for (ScoredUnit unit : units) {
            if (!grouped.contains(unit.path())) {
                choose(Map.of(unit.parameters(), unit.loss()));
            }
        }
    }

    double leastLoss(double ratio, long teacherParameters) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < least.length; i++) {
            if (i * divisor >= ratio * teacherParameters) {
                best = Math.min(best, least[i]);
            }
        }
        return best;
    }

    private void choose(Map<Long, Double> choices) {
        double[] before = least.clone();
        choices.forEach(
                (parameters, loss) -> {
                    int by = (int) (parameters / divisor);
                    for (int i = by; i < least.length; i++) {
                        least[i] = Math.min(least[i], before[i - by] + loss);
                    }
                });
    }

    /** Every subset of a group, the cheapest for each count. */
    private static Map<Long, Double> choices(List<ScoredUnit> group, long bonus) {
        Map<Long, Double> choices = new TreeMap<>();
        for (int set = 1; set < 1 << group.size(); set++) {
            long parameters = set == (1 << group.size()) - 1 ? bonus : 0;
            double loss = 0;
            for (int i = 0; i < group.size(); i++) {
                if ((set & 1 << i) != 0) {
                    parameters += group.get(i).parameters();
                    loss += group.get(i).loss();
                }
            }
            choices.merge(parameters, loss, Math::min);
        }
        return choices;
    }

    private static List<ScoredUnit> members(List<ScoredUnit> units, Bonus bonus) {
        List<ScoredUnit> members = new ArrayList<>(units);
        members.removeIf(unit -> !bonus.units().contains(unit.path()));
        return members;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
