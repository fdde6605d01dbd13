package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.training.LearningRateSchedule;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.LossWeights;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One optimizer step of a student towards its teacher. Where it takes several batches, the teacher
 * sees all of them first: the scale of its features is one for the whole step, which then is the
 * step of one big batch. Where there are several devices, each takes a part of every batch.
 */
final class TrainingStep {

    /**
     * What a step reports.
     *
     * @param losses of its batches, before the update
     * @param gradientNorm global, before clipping
     * @param gradientShares of the first device's part of the first batch, by term; null but every
     *     few steps
     */
    record Report(
            Losses losses,
            double learningRate,
            double gradientNorm,
            Map<String, Double> gradientShares) {}

    private final Replicas replicas;
    private final Trainee trainee;
    private final Batches batches;
    private final DistillationRecipe recipe;
    private final LearningRateSchedule schedule;
    private final DistillationLoss loss;

    /**
     * @param replicas of the trainee; stay with their owner
     */
    TrainingStep(Replicas replicas, Trainee trainee, Batches batches, DistillationRecipe recipe) {
        this.replicas = replicas;
        this.trainee = trainee;
        this.batches = batches;
        this.recipe = recipe;
        this.schedule = LearningRateSchedule.valueOf(recipe.schedule().name());
        this.loss = new DistillationLoss(LossWeights.of(recipe));
    }

    /** Returns how many samples a step takes. */
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
        try (StepPasses passes = new StepPasses(replicas, trainee, recipe, loss)) {
            for (int i = 0; i < recipe.gradientAccumulation(); i++) {
                if (stop.getAsBoolean()) {
                    return Optional.empty();
                }
                passes.teach(batches, firstSample + (long) i * recipe.batchSize());
            }
            passes.settleScales();
            for (int i = 0; i < recipe.gradientAccumulation(); i++) {
                if (i > 0 && stop.getAsBoolean()) {
                    replicas.zeroGradients();
                    return Optional.empty();
                }
                passes.learn(i, i == 0 && reportsShares(step));
            }
            return Optional.of(update(step, passes.losses(), passes.gradientShares()));
        } catch (RuntimeException e) {
            discard(e);
            throw e;
        }
    }

    /** Discards what the other batches and devices have accumulated, which belongs to no step. */
    private void discard(RuntimeException failure) {
        try {
            replicas.zeroGradients();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private boolean reportsShares(int step) {
        return recipe.gradientSharesEverySteps() > 0
                && step % recipe.gradientSharesEverySteps() == 0;
    }

    private Report update(int step, Losses losses, Map<String, Double> shares) {
        double rate =
                recipe.learningRate() * schedule.factor(step, recipe.warmupSteps(), recipe.steps());
        double limit = recipe.gradientClip() > 0 ? recipe.gradientClip() : Double.POSITIVE_INFINITY;
        double norm = replicas.update(rate, limit);
        if (trainee.average() != null) {
            trainee.average().update(decay(step));
        }
        return new Report(losses, rate, norm, shares);
    }

    /**
     * Returns the decay of the average, lower at first, so that the average forgets where it began:
     * the bound is that of TensorFlow's ExponentialMovingAverage with num_updates, which diffusers'
     * EMAModel keeps.
     */
    private double decay(int step) {
        return Math.min(recipe.emaDecay(), (2.0 + step) / (11.0 + step));
    }
}
