package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetPass;
import java.util.List;
import java.util.Set;

/**
 * A batch of the calibration set's samples, and what the teacher makes of them without each unit.
 * That is computed once, whichever criteria look at it.
 *
 * <p>Letters: B = samples, C = latent channels, h, w = latent size, S = text tokens, D = width of
 * the text.
 */
final class CalibrationBatch {

    private final UNet teacher;
    private final int together;
    private final NDArray noisy;
    private final NDArray timestep;
    private final NDArray text;
    private final AddedConditions added; // null where the U-Net has none
    private final NDArray target;
    private final Interruption interruption;
    private RemovalSweep.Outputs outputs;

    /**
     * @param together removals that are run as one batch
     * @param noisy (B, C, h, w)
     * @param timestep (B)
     * @param text (B, S, D)
     * @param added SDXL's conditions of B samples, null for other models
     * @param target (B, C, h, w), the noise or velocity that the teacher shall predict
     * @param interruption looked at between units
     */
    CalibrationBatch(
            UNet teacher,
            int together,
            NDArray noisy,
            NDArray timestep,
            NDArray text,
            AddedConditions added,
            NDArray target,
            Interruption interruption) {
        this.teacher = teacher;
        this.together = together;
        this.noisy = noisy;
        this.timestep = timestep;
        this.text = text;
        this.added = added;
        this.target = target;
        this.interruption = interruption;
    }

    UNet teacher() {
        return teacher;
    }

    /**
     * The teacher's weights as FLOAT32 arrays.
     *
     * @throws IllegalStateException if it holds other numbers, which {@link
     *     io.laptopdiff.contracts.run.ScoringSpec} keeps from those who ask
     */
    StateDict weights() {
        if (teacher instanceof UNet2DConditionModel full) {
            return full.weights();
        }
        throw new IllegalStateException("The teacher's weights are no fp32 arrays");
    }

    int size() {
        return (int) noisy.getShape().get(0);
    }

    Interruption interruption() {
        return interruption;
    }

    NDArray target() {
        return target;
    }

    /** The teacher's outputs, whole and without each unit in turn. */
    RemovalSweep.Outputs outputs() {
        if (outputs == null) {
            outputs =
                    outputs(
                            teacher.layout().units().stream()
                                    .map(unit -> Set.of(unit.path()))
                                    .toList());
        }
        return outputs;
    }

    /** The teacher's outputs, whole and without each set in turn. */
    RemovalSweep.Outputs outputs(List<Set<String>> sets) {
        return new RemovalSweep(teacher, together, interruption::check)
                .outputs(noisy, timestep, text, added, sets);
    }

    /**
     * The teacher's output (1, C, h, w) for one sample.
     *
     * @param owner of everything on the way to it
     */
    NDArray predict(int sample, NDManager owner) {
        return teacher.forward(
                        row(noisy, sample, owner),
                        row(timestep, sample, owner),
                        row(text, sample, owner),
                        added(sample, owner))
                .sample();
    }

    /**
     * A pass of one sample that stands before the first layer; {@code owner} owns what it makes.
     */
    UNetPass begin(int sample, NDManager owner) {
        return teacher.begin(
                row(noisy, sample, owner),
                row(timestep, sample, owner),
                row(text, sample, owner),
                added(sample, owner));
    }

    /** Returns the number of text tokens, S. */
    int textTokens() {
        return (int) text.getShape().get(1);
    }

    /** Returns what the teacher shall predict for one sample, (1, C, h, w). */
    NDArray target(int sample, NDManager owner) {
        return row(target, sample, owner);
    }

    private AddedConditions added(int sample, NDManager owner) {
        return added == null
                ? null
                : new AddedConditions(
                        row(added.textEmbeds(), sample, owner),
                        row(added.timeIds(), sample, owner));
    }

    private static NDArray row(NDArray batch, int sample, NDManager owner) {
        NDArray row = batch.get(sample + ":" + (sample + 1)); // keeps the first axis
        row.attach(owner);
        return row;
    }
}
