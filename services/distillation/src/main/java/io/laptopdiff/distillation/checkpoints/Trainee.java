package io.laptopdiff.distillation.checkpoints;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;

/**
 * A student in training, with all that a later step depends on.
 *
 * @param student trainable
 * @param optimizer of its weights
 */
public record Trainee(UNet2DConditionModel student, AdamW optimizer) implements AutoCloseable {

    /**
     * Where a training begins.
     *
     * @param student taken over
     * @param parent the optimizer's state lives in a sub-manager of it
     */
    public static Trainee fresh(
            UNet2DConditionModel student, AdamW.Settings settings, NDManager parent) {
        student.weights().requireGradients();
        return new Trainee(student, new AdamW(student.weights(), settings, parent));
    }

    @Override
    public void close() {
        optimizer.close();
        student.close();
    }
}
