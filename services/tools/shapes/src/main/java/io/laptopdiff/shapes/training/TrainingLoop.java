package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.training.LearningRateSchedule;
import io.laptopdiff.diffusion.training.MovingAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains one model from its last checkpoint, or from nothing. */
final class TrainingLoop {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);
    private static final AdamW.Settings ADAM = new AdamW.Settings(0.9, 0.99, 1e-8, 0.01);
    private static final double MAX_GRADIENT_NORM = 1.0;
    private static final int LOG_EVERY_STEPS = 50;

    /** What a stage minimises. */
    interface Objective {

        /** The names of the values that {@link #at} returns. */
        List<String> terms();

        /**
         * Computes the loss of a step; a tape records.
         *
         * @param scope owns what the step makes
         * @return scalars: the loss, then terms of it to report
         */
        NDList at(int step, NDManager scope);
    }

    private final String stage;
    private final StageRecipe recipe;
    private final Checkpoints checkpoints;
    private final NDManager parent;

    /**
     * @param directory of the stage's checkpoints
     */
    TrainingLoop(String stage, StageRecipe recipe, Path directory, NDManager parent) {
        this.stage = stage;
        this.recipe = recipe;
        this.checkpoints = new Checkpoints(directory);
        this.parent = parent;
    }

    /** What a finished stage leaves: the averaged weights, owned by the loop's parent manager. */
    record Result(StateDict weights, Progress progress) {}

    /**
     * Trains to the recipe's last step.
     *
     * @param fresh the weights to begin with, given the manager to own them
     * @param objective the loss, given the trainable weights
     * @throws IOException if a checkpoint cannot be written
     */
    Result run(
            Map<String, Shape> shapes,
            Function<NDManager, StateDict> fresh,
            Function<StateDict, Objective> objective)
            throws IOException {
        try (NDManager owner = parent.newSubManager()) {
            Optional<Path> last = checkpoints.last();
            Progress progress = last.map(Progress::read).orElse(Progress.NONE);
            StateDict weights =
                    last.map(at -> Checkpoints.weights(at, shapes, owner))
                            .orElseGet(() -> fresh.apply(owner));
            StateDict average =
                    last.map(at -> Checkpoints.average(at, shapes, owner))
                            .orElseGet(() -> weights.copy(owner));
            LOG.info(
                    "stage={} parameters={} step={}/{}",
                    stage,
                    weights.parameters(),
                    progress.step(),
                    recipe.steps());
            if (progress.step() < recipe.steps()) {
                weights.requireGradients();
                try (AdamW optimizer = new AdamW(weights, ADAM, owner);
                        MovingAverage moving = new MovingAverage(weights, average, owner)) {
                    last.ifPresent(at -> Checkpoints.readInto(optimizer, at));
                    progress =
                            train(progress, weights, moving, optimizer, objective.apply(weights));
                    return new Result(moving.average().copy(parent), progress);
                }
            }
            return new Result(average.copy(parent), progress);
        }
    }

    private Progress train(
            Progress from,
            StateDict weights,
            MovingAverage moving,
            AdamW optimizer,
            Objective objective)
            throws IOException {
        Progress progress = from;
        List<Progress.Entry> losses = new ArrayList<>(from.losses());
        double[] sums = new double[objective.terms().size()];
        int summed = 0;
        long start = System.nanoTime();
        for (int step = from.step(); step < recipe.steps(); step++) {
            double[] terms = step(step, moving, optimizer, objective);
            summed++;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += terms[i];
            }
            int done = step + 1;
            boolean checkpoint =
                    done % recipe.checkpointEverySteps() == 0 || done == recipe.steps();
            if (done % LOG_EVERY_STEPS == 0 || checkpoint) {
                Map<String, Double> means = new LinkedHashMap<>();
                for (int i = 0; i < sums.length; i++) {
                    means.put(objective.terms().get(i), sums[i] / summed);
                }
                losses.add(new Progress.Entry(done, means));
                java.util.Arrays.fill(sums, 0);
                summed = 0;
                double seconds = from.seconds() + (System.nanoTime() - start) / 1e9;
                progress = new Progress(done, seconds, List.copyOf(losses));
                LOG.info(
                        "stage={} step={}/{} seconds={} means={}",
                        stage,
                        done,
                        recipe.steps(),
                        (int) seconds,
                        means);
            }
            if (checkpoint) {
                checkpoints.write(progress, weights, moving.average(), optimizer);
            }
        }
        return progress;
    }

    private double[] step(int step, MovingAverage moving, AdamW optimizer, Objective objective) {
        try (NDManager scope = parent.newSubManager()) {
            double[] terms;
            try (GradientTape tape = GradientTape.record()) {
                NDList values = objective.at(step, scope);
                tape.backward(values.get(0));
                terms = values.stream().mapToDouble(NDArray::getFloat).toArray();
            }
            if (!Double.isFinite(terms[0])) {
                throw new IllegalStateException(
                        "The loss of stage " + stage + " is " + terms[0] + " at step " + step);
            }
            double factor =
                    LearningRateSchedule.COSINE.factor(step, recipe.warmupSteps(), recipe.steps());
            optimizer.step(recipe.learningRate() * factor, MAX_GRADIENT_NORM);
            // a young average forgets its random start quickly
            moving.update(Math.min(recipe.averageDecay(), (1.0 + step) / (10.0 + step)));
            return terms;
        }
    }
}
