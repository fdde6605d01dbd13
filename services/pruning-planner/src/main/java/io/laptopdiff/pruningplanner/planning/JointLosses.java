package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.scoring.Moments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Joint output losses of sets of units, measured slice by slice, whoever asked for them. */
final class JointLosses {
    private final Map<List<String>, Map<Integer, Moments>> bySet = new HashMap<>();
    private final Map<String, Integer> arrived = new HashMap<>();
    private final int slices;

    /**
     * @param slices that every set is measured on, from slice 0
     */
    JointLosses(List<RemovalsMeasured> measured, int slices) {
        this.slices = slices;
        // The order in which facts arrive must say nothing.
        measured.stream()
                .filter(event -> event.slice() < slices)
                .sorted(Comparator.comparing(RemovalsMeasured::id))
                .forEach(this::add);
    }

    private void add(RemovalsMeasured event) {
        arrived.merge(event.purpose(), 1, Integer::sum);
        for (int s = 0; s < event.sets().size(); s++) {
            bySet.computeIfAbsent(event.sets().get(s), set -> new TreeMap<>())
                    .putIfAbsent(event.slice(), event.losses().get(s));
        }
    }

    /** Returns whether every slice has answered to a purpose. */
    boolean has(String purpose) {
        return arrived.getOrDefault(purpose, 0) >= slices;
    }

    /** Returns whether a set is measured on every slice. */
    boolean has(List<String> set) {
        return bySet.getOrDefault(set, Map.of()).size() == slices;
    }

    /**
     * The losses over all slices, in the order of the sets; empty while one is missing. The sums
     * are taken in the order of the slices, so that they are the same to the last bit.
     */
    Optional<List<Moments>> of(List<List<String>> sets) {
        if (!sets.stream().allMatch(this::has)) {
            return Optional.empty();
        }
        List<Moments> sums = new ArrayList<>();
        for (List<String> set : sets) {
            Moments sum = Moments.NONE;
            for (Moments slice : bySet.get(set).values()) {
                sum = sum.plus(slice);
            }
            sums.add(sum);
        }
        return Optional.of(sums);
    }

    int slices() {
        return slices;
    }
}
