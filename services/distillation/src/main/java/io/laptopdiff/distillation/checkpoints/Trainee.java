package io.laptopdiff.distillation.checkpoints;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.training.MovingAverage;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;

/**
 * A student in training, with all that a later step depends on.
 *
 * @param student trainable
 * @param optimizer of its weights
 * @param average of its weights; null where the last weights are what is wanted
 */
public record Trainee(UNet2DConditionModel student, AdamW optimizer, MovingAverage average)
        implements AutoCloseable {

    /**
     * How a student is trained.
     *
     * @param averaged whether a moving average of the weights is what is wanted
     */
    public record Settings(AdamW.Settings optimizer, boolean averaged) {

        /** The settings by default: PyTorch's for the optimizer, no average. */
        public static final Settings DEFAULT = new Settings(AdamW.Settings.DEFAULT, false);

        /** Returns the settings that a recipe asks for. */
        public static Settings of(DistillationRecipe recipe) {
            AdamW.Settings common = AdamW.Settings.DEFAULT;
            return new Settings(
                    new AdamW.Settings(
                            common.beta1(), common.beta2(), common.epsilon(), recipe.weightDecay()),
                    recipe.emaDecay() > 0);
        }
    }

    /**
     * Returns the state in which a training begins.
     *
     * @param student taken over
     * @param parent optimizer's state and average live in sub-managers of it
     */
    public static Trainee fresh(UNet2DConditionModel student, Settings settings, NDManager parent) {
        MovingAverage average =
                settings.averaged() ? new MovingAverage(student.weights(), parent) : null;
        return with(student, settings, average, parent);
    }

    static Trainee with(
            UNet2DConditionModel student,
            Settings settings,
            MovingAverage average,
            NDManager parent) {
        student.weights().requireGradients();
        AdamW optimizer = new AdamW(student.weights(), settings.optimizer(), parent);
        return new Trainee(student, optimizer, average);
    }

    /** Returns what the training is for: the averaged student, or the last; still owned here. */
    public UNet2DConditionModel result() {
        return average == null
                ? student
                : new UNet2DConditionModel(student.layout(), average.average());
    }

    @Override
    public void close() {
        if (average != null) {
            average.close();
        }
        optimizer.close();
        student.close();
    }
}
