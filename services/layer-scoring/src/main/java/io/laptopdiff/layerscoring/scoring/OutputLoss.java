package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetPass;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The output loss of LAPTOP-Diff (arXiv 2404.11098, section 3.2): how far the U-Net's output moves
 * when one unit is removed. The output is what the model predicts, noise or velocity.
 *
 * <p>Letters: B = samples, C = latent channels, h, w = latent size, S = text tokens, D = width of
 * the text.
 */
public final class OutputLoss {

    private static final TorchScriptFunction MEAN_SQUARES =
            TorchScriptFunction.of(
                    "mean square per sample",
                    "a, b",
                    // (B, C, h, w) to (B, C h w), then to (B)
                    "d = torch.reshape(a - b, [a.size(0), -1])\nreturn torch.mean(d * d, [1])");

    private final UNet2DConditionModel teacher;

    public OutputLoss(UNet2DConditionModel teacher) {
        this.teacher = teacher;
    }

    /**
     * Removes each unit in turn. What lies before a unit is computed once for all units after it.
     *
     * @param noisy (B, C, h, w)
     * @param timestep (B)
     * @param text (B, S, D)
     * @param added SDXL's conditions, null for other models
     * @param interruption looked at between units
     * @return for each unit in execution order its mean square per sample, {@code [units][B]}
     */
    public double[][] measure(
            NDArray noisy,
            NDArray timestep,
            NDArray text,
            AddedConditions added,
            Interruption interruption) {
        List<Set<String>> each =
                teacher.layout().units().stream().map(unit -> Set.of(unit.path())).toList();
        return measure(noisy, timestep, text, added, each, interruption);
    }

    /**
     * Removes each set of units in turn, the units of a set together. What lies before a set's
     * first unit is computed once for all sets that begin after it.
     *
     * @param noisy (B, C, h, w)
     * @param timestep (B)
     * @param text (B, S, D)
     * @param added SDXL's conditions, null for other models
     * @param sets of diffusers module paths, none empty
     * @param interruption looked at between sets
     * @return for each set its mean square per sample, {@code [sets][B]}
     * @throws ScoringException if a path is of no unit
     */
    public double[][] measure(
            NDArray noisy,
            NDArray timestep,
            NDArray text,
            AddedConditions added,
            List<Set<String>> sets,
            Interruption interruption) {
        double[][] losses = new double[sets.size()][];
        try (NDManager shared = noisy.getManager().newSubManager()) {
            NDArray sample = noisy.duplicate();
            sample.attach(shared);
            UNetPass pass = teacher.begin(sample, timestep, text, added);
            NDArray whole = output(pass, Set.of(), shared);
            for (int i : inOrder(sets, pass)) {
                interruption.check();
                pass.advanceTo(sets.get(i));
                losses[i] = loss(pass, sets.get(i), whole, shared);
            }
        }
        return losses;
    }

    private static List<Integer> inOrder(List<Set<String>> sets, UNetPass pass) {
        int[] first = new int[sets.size()];
        for (int i = 0; i < first.length; i++) {
            try {
                first[i] = pass.firstTouchedBy(sets.get(i));
            } catch (IllegalArgumentException e) {
                throw new ScoringException(
                        "The set cannot be removed: " + e.getMessage(),
                        "sets[" + i + "]",
                        "Name units by their diffusers module paths, as the scores list them.");
            }
        }
        return IntStream.range(0, first.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> first[i]))
                .toList();
    }

    private static double[] loss(
            UNetPass pass, Set<String> removed, NDArray whole, NDManager shared) {
        try (NDManager own = shared.newSubManager()) {
            NDArray without = pass.continueWithout(removed, own).sample();
            float[] squares = MEAN_SQUARES.apply(without, whole).toFloatArray();
            double[] loss = new double[squares.length];
            for (int i = 0; i < loss.length; i++) {
                loss[i] = squares[i];
            }
            return loss;
        }
    }

    /** Keeps the output alone; the activations on the way to it go at once. */
    private static NDArray output(UNetPass pass, Set<String> removed, NDManager shared) {
        try (NDManager own = shared.newSubManager()) {
            NDArray output = pass.continueWithout(removed, own).sample();
            output.attach(shared);
            return output;
        }
    }
}
