package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.training.LearningRateSchedule;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.LossWeights;
import io.laptopdiff.distillation.loss.StepLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One optimizer step of a student towards its teacher. Where it takes several batches, the teacher
 * sees all of them first: the scale of its features is one for the whole step, which then is the
 * step of one big batch.
 */
final class TrainingStep {

    /**
     * What a step reports.
     *
     * @param losses of its batches, before the update
     * @param gradientNorm global, before clipping
     * @param gradientShares of the first batch, by term; null but every few steps
     */
    record Report(
            Losses losses,
            double learningRate,
            double gradientNorm,
            Map<String, Double> gradientShares) {}

    private final Teacher teacher;
    private final Trainee trainee;
    private final Batches batches;
    private final DistillationRecipe recipe;
    private final LearningRateSchedule schedule;
    private final DistillationLoss loss;
    private final NDManager parent;

    TrainingStep(
            UNet2DConditionModel teacher,
            Trainee trainee,
            Batches batches,
            DistillationRecipe recipe,
            NDManager parent) {
        this.teacher = new Teacher(teacher, batches, recipe.teacherGuidance());
        this.trainee = trainee;
        this.batches = batches;
        this.recipe = recipe;
        this.schedule = LearningRateSchedule.valueOf(recipe.schedule().name());
        this.loss = new DistillationLoss(LossWeights.of(recipe));
        this.parent = parent;
    }

    /** How many samples a step takes. */
    int samples() {
        return recipe.gradientAccumulation() * recipe.batchSize();
    }

    /** A step of a training whose every step took its samples, the first from sample 0. */
    Optional<Report> run(int step, BooleanSupplier stop) {
        return run(step, (long) step * samples(), stop);
    }

    /**
     * @param step counted from 0
     * @param firstSample counted from 0; the step takes it and those after it
     * @param stop asked between batches; a step that is broken off leaves no trace
     * @return empty if it was told to stop
     * @throws io.laptopdiff.distillation.loss.NonFiniteLossException before any weight is changed
     */
    Optional<Report> run(int step, long firstSample, BooleanSupplier stop) {
        try (NDManager scope = parent.newSubManager()) {
            List<Batches.Batch> taken = new ArrayList<>();
            List<UNetOutput> taught = new ArrayList<>();
            for (int i = 0; i < recipe.gradientAccumulation(); i++) {
                if (stop.getAsBoolean()) {
                    return Optional.empty();
                }
                long first = firstSample + (long) i * recipe.batchSize();
                taken.add(batches.from(first, scope));
                taught.add(teacher.teach(taken.get(i), scope));
            }
            NDArray meanSquares = DistillationLoss.meanSquares(taught);
            List<Losses> losses = new ArrayList<>();
            Map<String, Double> shares = null;
            for (int i = 0; i < taken.size(); i++) {
                if (i > 0 && stop.getAsBoolean()) {
                    trainee.optimizer().zeroGradients();
                    return Optional.empty();
                }
                try (NDManager pass = scope.newSubManager();
                        GradientTape tape = GradientTape.record()) {
                    StudentPass student = student(taken.get(i), tape, pass);
                    StepLoss batchLoss =
                            loss.of(
                                    student.output(),
                                    taught.get(i),
                                    taken.get(i).target(),
                                    meanSquares);
                    losses.add(batchLoss.read());
                    if (i == 0 && reportsShares(step)) {
                        shares =
                                GradientShares.of(
                                        batchLoss, student.backwardBefore(), trainee.optimizer());
                    }
                    student.backward().accept(part(batchLoss.total()));
                }
            }
            return Optional.of(update(step, MeanLosses.of(losses), shares));
        }
    }

    private boolean reportsShares(int step) {
        return recipe.gradientSharesEverySteps() > 0
                && step % recipe.gradientSharesEverySteps() == 0;
    }

    private StudentPass student(Batches.Batch batch, GradientTape tape, NDManager pass) {
        return StudentPass.of(trainee.student(), batch, recipe.gradientCheckpointing(), tape, pass);
    }

    /**
     * Gradients add up, and their mean is wanted. The number is written into a function: one that
     * DJL multiplies with lies in memory that Java may free before the way back reads it.
     */
    private NDArray part(NDArray total) {
        return recipe.gradientAccumulation() == 1
                ? total
                : TorchScriptFunction.of(
                                "mean of batches",
                                "x",
                                "return x / %s.0".formatted(recipe.gradientAccumulation()))
                        .apply(total);
    }

    private Report update(int step, Losses losses, Map<String, Double> shares) {
        double rate =
                recipe.learningRate() * schedule.factor(step, recipe.warmupSteps(), recipe.steps());
        double limit = recipe.gradientClip() > 0 ? recipe.gradientClip() : Double.POSITIVE_INFINITY;
        double norm = trainee.optimizer().step(rate, limit);
        if (trainee.average() != null) {
            trainee.average().update(decay(step));
        }
        return new Report(losses, rate, norm, shares);
    }

    /**
     * Lower at first, so that the average forgets where it began: the bound is that of TensorFlow's
     * ExponentialMovingAverage with num_updates, which diffusers' EMAModel keeps.
     */
    private double decay(int step) {
        return Math.min(recipe.emaDecay(), (2.0 + step) / (11.0 + step));
    }
}
