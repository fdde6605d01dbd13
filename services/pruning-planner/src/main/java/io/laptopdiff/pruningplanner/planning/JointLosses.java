package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.scoring.Moments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Joint output losses of sets of units, asked for by purpose and measured slice by slice. */
final class JointLosses {
    /** Of names that travel. */
    private static final int LONGEST_NAME = 64;

    private final List<RemovalsMeasured> measured;
    private final int slices;

    /**
     * @param slices that every set is measured on, from slice 0
     */
    JointLosses(List<RemovalsMeasured> measured, int slices) {
        this.measured = measured;
        this.slices = slices;
    }

    /** A purpose of one variant; a long name is cut and told apart by its hash. */
    static String purpose(String variant, String step) {
        String name = variant + "-" + step;
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        String end = "-" + Integer.toHexString(variant.hashCode()) + "-" + step;
        return variant.substring(0, LONGEST_NAME - end.length()) + end;
    }

    /**
     * The losses over all slices, in the order of the sets; empty while a slice is missing. The
     * sums are taken in the order of the slices, so that they are the same to the last bit.
     */
    Optional<List<Moments>> of(String purpose, List<List<String>> sets) {
        Map<Integer, RemovalsMeasured> bySlice = new TreeMap<>();
        measured.stream()
                .filter(m -> m.purpose().equals(purpose) && m.sets().equals(sets))
                .filter(m -> m.slice() < slices)
                .forEach(m -> bySlice.put(m.slice(), m));
        if (bySlice.size() < slices) {
            return Optional.empty();
        }
        List<Moments> sums = new ArrayList<>(Collections.nCopies(sets.size(), Moments.NONE));
        for (RemovalsMeasured slice : bySlice.values()) {
            for (int s = 0; s < sums.size(); s++) {
                sums.set(s, sums.get(s).plus(slice.losses().get(s)));
            }
        }
        return Optional.of(sums);
    }

    int slices() {
        return slices;
    }
}
