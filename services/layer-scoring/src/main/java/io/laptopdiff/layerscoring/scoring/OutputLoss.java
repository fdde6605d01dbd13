package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetPass;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
        List<double[]> losses = new ArrayList<>();
        try (NDManager shared = noisy.getManager().newSubManager()) {
            NDArray sample = noisy.duplicate();
            sample.attach(shared);
            UNetPass pass = teacher.begin(sample, timestep, text, added);
            NDArray whole = output(pass, Set.of(), shared);
            for (Unit unit : teacher.layout().units()) {
                interruption.check();
                pass.advanceTo(unit.path());
                losses.add(loss(pass, unit, whole, shared));
            }
        }
        return losses.toArray(double[][]::new);
    }

    private static double[] loss(UNetPass pass, Unit unit, NDArray whole, NDManager shared) {
        try (NDManager own = shared.newSubManager()) {
            NDArray without = pass.continueWithout(Set.of(unit.path()), own).sample();
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
