package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.training.LearningRateSchedule;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.LossWeights;
import io.laptopdiff.distillation.loss.StepLoss;
import java.util.LinkedHashMap;
import java.util.Map;

/** One optimizer step of a student towards its teacher. */
final class TrainingStep {

    /** BK-SDM (arXiv 2305.15798) keeps the learning rate. */
    private static final LearningRateSchedule SCHEDULE = LearningRateSchedule.CONSTANT;

    /**
     * What a step reports.
     *
     * @param losses of its batch, before the update
     * @param gradientNorm global, before clipping
     */
    record Report(Losses losses, double learningRate, double gradientNorm) {}

    private final UNet2DConditionModel teacher;
    private final Trainee trainee;
    private final Batches batches;
    private final DistillationRecipe recipe;
    private final DistillationLoss loss;
    private final NDManager parent;

    TrainingStep(
            UNet2DConditionModel teacher,
            Trainee trainee,
            Batches batches,
            DistillationRecipe recipe,
            NDManager parent) {
        this.teacher = teacher;
        this.trainee = trainee;
        this.batches = batches;
        this.recipe = recipe;
        this.loss = new DistillationLoss(LossWeights.of(recipe));
        this.parent = parent;
    }

    /**
     * @param step counted from 0
     * @throws io.laptopdiff.distillation.loss.NonFiniteLossException before anything is changed
     */
    Report run(int step) {
        try (NDManager scope = parent.newSubManager()) {
            Batches.Batch batch = batches.at(step, scope);
            UNetOutput taught = taught(batch, scope);
            Losses losses = backward(batch, taught);
            double rate =
                    recipe.learningRate()
                            * SCHEDULE.factor(step, recipe.warmupSteps(), recipe.steps());
            double limit =
                    recipe.gradientClip() > 0 ? recipe.gradientClip() : Double.POSITIVE_INFINITY;
            return new Report(losses, rate, trainee.optimizer().step(rate, limit));
        }
    }

    private Losses backward(Batches.Batch batch, UNetOutput taught) {
        try (GradientTape tape = GradientTape.record()) {
            UNetOutput learnt =
                    trainee.student()
                            .forward(batch.noisy(), batch.timesteps(), batch.text(), batch.added());
            StepLoss stepLoss = loss.of(learnt, taught, batch.target());
            Losses losses = stepLoss.read();
            tape.backward(stepLoss.total());
            return losses;
        }
    }

    /**
     * The teacher's output and features; its other activations are gone before the student's are
     * made.
     */
    private UNetOutput taught(Batches.Batch batch, NDManager scope) {
        try (NDManager pass = scope.newSubManager()) {
            NDArray noisy =
                    batch.noisy()
                            .reshape(
                                    batch.noisy().getShape()); // the same memory, owned by the pass
            noisy.attach(pass);
            UNetOutput output =
                    GradientTape.withoutRecording(
                            () ->
                                    teacher.forward(
                                            noisy, batch.timesteps(), batch.text(), batch.added()));
            output.sample().attach(scope);
            Map<String, NDArray> features = new LinkedHashMap<>(output.features());
            features.values().forEach(feature -> feature.attach(scope));
            return new UNetOutput(output.sample(), features);
        }
    }
}
