package io.laptopdiff.pruningplanner.knapsack;

import java.util.ArrayList;
import java.util.List;

/** Tries every set of units: the oracle. Sums are taken in the order of the units. */
final class BruteForce {
    static final int MOST_UNITS = 22;

    private final List<ScoredUnit> units;
    private final long[] parameters;
    private final double[] losses;

    BruteForce(List<ScoredUnit> units, List<Bonus> bonuses) {
        this.units = units;
        int sets = 1 << units.size();
        parameters = new long[sets];
        losses = new double[sets];
        for (int set = 1; set < sets; set++) {
            int last = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(set);
            int rest = set & ~(1 << last);
            parameters[set] = parameters[rest] + units.get(last).parameters();
            losses[set] = losses[rest] + units.get(last).loss();
        }
        bonuses.forEach(this::add);
    }

    private void add(Bonus bonus) {
        int group = 0;
        for (int i = 0; i < units.size(); i++) {
            group |= bonus.units().contains(units.get(i).path()) ? 1 << i : 0;
        }
        for (int set = 0; set < parameters.length; set++) {
            parameters[set] += (set & group) == group ? bonus.parameters() : 0;
        }
    }

    long largestParameters() {
        return parameters[parameters.length - 1];
    }

    /** Least loss, then fewest parameters, then the earliest units; null if nothing is enough. */
    Removal cheapest(double ratio, long teacherParameters) {
        int best = -1;
        for (int set = 0; set < parameters.length; set++) {
            boolean enough = parameters[set] >= ratio * teacherParameters;
            if (enough && (best < 0 || better(set, best))) {
                best = set;
            }
        }
        return best < 0 ? null : new Removal(paths(best), parameters[best], losses[best]);
    }

    private boolean better(int a, int b) {
        if (losses[a] != losses[b]) {
            return losses[a] < losses[b];
        }
        if (parameters[a] != parameters[b]) {
            return parameters[a] < parameters[b];
        }
        return (a & Integer.lowestOneBit(a ^ b)) != 0;
    }

    private List<String> paths(int set) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            if ((set & 1 << i) != 0) {
                paths.add(units.get(i).path());
            }
        }
        return paths;
    }
}
