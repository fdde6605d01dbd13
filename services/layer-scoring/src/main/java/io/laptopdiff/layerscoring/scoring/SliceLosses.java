package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** The joint output losses of sets of units on one slice: those found, and those to be measured. */
final class SliceLosses {

    private final List<List<String>> sets;
    private final SliceSource source;
    private final CachedSlice cached;
    private final Moments[] losses;

    /**
     * Looks up what is kept.
     *
     * @throws StageException if a set cannot be removed
     */
    SliceLosses(List<List<String>> sets, SliceSource source, CachedSlice cached) {
        this.sets = sets;
        this.source = source;
        this.cached = cached;
        this.losses = new Moments[sets.size()];
        for (int s = 0; s < losses.length; s++) {
            requireUnits(s);
            losses[s] = kept(sets.get(s));
        }
    }

    private void requireUnits(int set) {
        try {
            source.layout().tensors(sets.get(set));
        } catch (IllegalArgumentException e) {
            throw new StageException(
                    "The set cannot be removed: " + e.getMessage(),
                    "sets[" + set + "]",
                    "Name units by their diffusers module paths, as the scores list them.",
                    e);
        }
    }

    /** Returns the loss that was kept of a set; null if there is none. */
    private Moments kept(List<String> set) {
        return cached.read(SetLoss.name(set), SetLoss.class)
                .filter(each -> each.units().equals(SetLoss.of(set, each.loss()).units()))
                .map(SetLoss::loss)
                .filter(loss -> loss.count() == source.draws().size())
                .orElse(null);
    }

    boolean complete() {
        return Arrays.stream(losses).noneMatch(Objects::isNull);
    }

    /** Measures what is missing, and keeps it. */
    void measure(ScoringLimits limits, Interruption interruption) {
        int[] missing = IntStream.range(0, losses.length).filter(s -> losses[s] == null).toArray();
        List<Set<String>> asked = new ArrayList<>();
        for (int s : missing) {
            asked.add(new LinkedHashSet<>(sets.get(s)));
        }
        Moments[] sums = new Moments[missing.length];
        Arrays.fill(sums, Moments.NONE);
        try (CalibrationSlice slice =
                CalibrationSlice.load(source, cached, false, limits, interruption)) {
            slice.forEachBatch(
                    interruption,
                    (draws, batch) -> {
                        double[][] values = OutputLoss.of(batch.outputs(asked));
                        for (int s = 0; s < sums.length; s++) {
                            for (int i = 0; i < draws.size(); i++) {
                                UnitSums.requireFinite(values[s][i], asked.get(s), draws.get(i));
                                sums[s] = sums[s].plus(values[s][i]);
                            }
                        }
                    });
        }
        for (int s = 0; s < missing.length; s++) {
            losses[missing[s]] = sums[s];
            cached.write(SetLoss.name(asked.get(s)), SetLoss.of(asked.get(s), sums[s]));
        }
    }

    /** Returns the losses in the order of the sets. */
    List<Moments> losses() {
        return List.of(losses);
    }
}
