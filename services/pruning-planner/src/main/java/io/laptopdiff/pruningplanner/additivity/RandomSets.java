package io.laptopdiff.pruningplanner.additivity;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.AdditivitySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The sets of units that an audit measures. */
public final class RandomSets {
    /** Draws that may repeat an earlier set before a repeat is taken; few sets have few sizes. */
    private static final int PATIENCE = 100;

    private RandomSets() {}

    /**
     * The sizes in turn, each set uniform among those of its size; the same for the same seed.
     *
     * @param units in execution order, as are those of each set
     * @throws StageException if a size is above the number of units
     */
    public static List<List<String>> of(AdditivitySpec spec, List<String> units) {
        for (int size : spec.sizes()) {
            if (size > units.size()) {
                throw new StageException(
                        "A set of "
                                + size
                                + " units is asked of a teacher that has "
                                + units.size(),
                        "scoring.additivity.sizes",
                        "Ask for at most " + units.size() + ".");
            }
        }
        Random random = new Random(spec.seed());
        List<List<String>> sets = new ArrayList<>();
        Set<List<String>> known = new LinkedHashSet<>();
        for (int s = 0; s < spec.sets(); s++) {
            int size = spec.sizes().get(s % spec.sizes().size());
            List<String> set = draw(units, size, random);
            for (int again = 0; again < PATIENCE && known.contains(set); again++) {
                set = draw(units, size, random);
            }
            known.add(set);
            sets.add(set);
        }
        return sets;
    }

    private static List<String> draw(List<String> units, int size, Random random) {
        List<String> shuffled = new ArrayList<>(units);
        Collections.shuffle(shuffled, random);
        Set<String> drawn = Set.copyOf(shuffled.subList(0, size));
        return units.stream().filter(drawn::contains).toList();
    }
}
