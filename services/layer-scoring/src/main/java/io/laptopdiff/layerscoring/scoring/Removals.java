package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetPass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a U-Net puts out when units are removed. What lies before a set's first unit is computed
 * once for all sets that begin after it.
 */
final class Removals {

    /**
     * What a U-Net put out, (B, C, h, w) each.
     *
     * @param whole with every unit
     * @param without each set of units, in the order in which they were given
     */
    record Outputs(NDArray whole, List<NDArray> without) {}

    private final UNet2DConditionModel teacher;

    Removals(UNet2DConditionModel teacher) {
        this.teacher = teacher;
    }

    /** Every unit alone, in execution order. */
    static List<Set<String>> eachOf(UNet2DConditionModel teacher) {
        return teacher.layout().units().stream().map(unit -> Set.of(unit.path())).toList();
    }

    /**
     * @param noisy (B, C, h, w)
     * @param timestep (B)
     * @param text (B, S, D)
     * @param added SDXL's conditions, null for other models
     * @param sets of diffusers module paths, none empty
     * @param interruption looked at between sets
     * @return in the manager of {@code noisy}
     * @throws IllegalArgumentException if a path is of no unit
     */
    Outputs outputs(
            NDArray noisy,
            NDArray timestep,
            NDArray text,
            AddedConditions added,
            List<Set<String>> sets,
            Interruption interruption) {
        NDManager owner = noisy.getManager();
        NDArray[] without = new NDArray[sets.size()];
        try (NDManager shared = owner.newSubManager()) {
            NDArray sample = noisy.duplicate();
            sample.attach(shared);
            UNetPass pass = teacher.begin(sample, timestep, text, added);
            NDArray whole = output(pass, Set.of(), shared, owner);
            for (int i : inOrder(sets, pass)) {
                interruption.check();
                pass.advanceTo(sets.get(i));
                without[i] = output(pass, sets.get(i), shared, owner);
            }
            return new Outputs(whole, Arrays.asList(without));
        }
    }

    private static List<Integer> inOrder(List<Set<String>> sets, UNetPass pass) {
        int[] first = new int[sets.size()];
        for (int i = 0; i < first.length; i++) {
            first[i] = pass.firstTouchedBy(sets.get(i));
        }
        return IntStream.range(0, first.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> first[i]))
                .toList();
    }

    /** Keeps the output alone; the activations on the way to it go at once. */
    private static NDArray output(
            UNetPass pass, Set<String> removed, NDManager shared, NDManager owner) {
        try (NDManager own = shared.newSubManager()) {
            NDArray output = pass.continueWithout(removed, own).sample();
            output.attach(owner);
            return output;
        }
    }
}
