package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Computes what a U-Net puts out without each of many sets of units, at the cost of little more
 * than the layers that differ: nothing before a set's first unit is computed twice, and what comes
 * after is computed for several sets as one batch, so that weights are read once for all of them.
 */
public final class RemovalSweep {

    /**
     * The outputs of a U-Net, (B, C, h, w) each.
     *
     * @param whole with every unit
     * @param without each set of units, in the order in which they were given
     */
    public record Outputs(NDArray whole, List<NDArray> without) {}

    /** The number of removals that one batch gains from: beyond, it is memory for nothing. */
    public static final int TOGETHER = 8;

    private final UNet unet;
    private final int together;
    private final Runnable betweenLayers;

    /**
     * @param together sets that are run as one batch at most; changes speed and memory, and the
     *     result by rounding only
     * @param betweenLayers called every now and then; may throw, to break off
     */
    public RemovalSweep(UNet unet, int together, Runnable betweenLayers) {
        if (together < 1) {
            throw new IllegalArgumentException("together = " + together + ": must be at least 1");
        }
        this.unet = unet;
        this.together = together;
        this.betweenLayers = betweenLayers;
    }

    /**
     * @param sample (B, in channels, H, W); its manager owns the outputs, and nothing else of this
     *     stays in it
     * @param timestep (B)
     * @param encoderHiddenStates text (B, T, cross attention dim)
     * @param added SDXL's conditions, null for other models
     * @param sets of diffusers module paths, none empty
     * @throws IllegalArgumentException if a path is of no unit
     */
    public Outputs outputs(
            NDArray sample,
            NDArray timestep,
            NDArray encoderHiddenStates,
            AddedConditions added,
            List<Set<String>> sets) {
        NDManager owner = sample.getManager();
        try (NDManager scope = owner.newSubManager()) {
            NDArray own = Rows.alias(sample, scope);
            UNetPass whole = unet.begin(own, timestep, encoderHiddenStates, added);
            List<Branch> order = branches(sets, whole);
            NDArray[] without = new NDArray[sets.size()];
            for (int i = 0; i < order.size(); i += together) {
                List<Branch> group = order.subList(i, Math.min(order.size(), i + together));
                whole.advanceTo(group.get(0).first());
                try (NDManager batch = scope.newSubManager()) {
                    BranchBatch branches = new BranchBatch(whole, group, batch, betweenLayers);
                    branches.run(owner, without);
                }
            }
            NDArray output = whole.finish(Set.of(), scope).sample();
            output.attach(owner);
            return new Outputs(output, Arrays.asList(without));
        }
    }

    private List<Branch> branches(List<Set<String>> sets, UNetPass pass) {
        return IntStream.range(0, sets.size())
                .mapToObj(
                        i -> {
                            Set<String> removed = new LinkedHashSet<>(unet.config().removedUnits());
                            removed.addAll(sets.get(i));
                            return new Branch(i, removed, pass.firstTouchedBy(sets.get(i)));
                        })
                .sorted(Comparator.comparingInt(Branch::first))
                .toList();
    }

    /**
     * A pass that lacks units.
     *
     * @param set its place among those that were asked for; {@link #TRUNK} for the pass that lacks
     *     none
     * @param removed units, those of the config included
     * @param first place of the first layer in which it differs
     */
    record Branch(int set, Set<String> removed, int first) {

        static final int TRUNK = -1;

        boolean isTrunk() {
            return set == TRUNK;
        }
    }
}
