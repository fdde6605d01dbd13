package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.StepLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The passes of one optimizer step: each of its batches in as many parts as there are devices, and
 * every part with its share of the whole step, so that losses and gradients are those of one big
 * batch on one device.
 */
final class StepPasses implements AutoCloseable {

    /**
     * Samples that one device takes.
     *
     * @param share of all samples of the step
     * @param taught what the teacher says of them
     */
    private record Part(Batches.Batch samples, double share, UNetOutput taught) {}

    private final Replicas replicas;
    private final Trainee trainee;
    private final DistillationRecipe recipe;
    private final DistillationLoss loss;
    private final int devices; // that take part: no more than a batch has samples
    private final List<NDManager> scopes = new ArrayList<>(); // by device
    private final List<Part[]> batches = new ArrayList<>(); // by batch and device
    private final List<Losses> losses = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>(); // of each of the losses
    private NDArray[] meanSquares; // by device: (stages of the teacher)
    private Map<String, Double> gradientShares;

    StepPasses(
            Replicas replicas, Trainee trainee, DistillationRecipe recipe, DistillationLoss loss) {
        this.replicas = replicas;
        this.trainee = trainee;
        this.recipe = recipe;
        this.loss = loss;
        this.devices = Math.min(replicas.count(), recipe.batchSize());
        for (int i = 0; i < devices; i++) {
            scopes.add(replicas.get(i).manager().newSubManager());
        }
    }

    /** Asks the teachers about a batch. */
    void teach(Batches source, long firstSample) {
        Batches.Batch whole = source.from(firstSample, scopes.get(0));
        Part[] parts = new Part[devices];
        for (int i = 0; i < devices; i++) {
            int from = first(i);
            int to = first(i + 1);
            double share = (to - from) / ((double) recipe.batchSize() * accumulation());
            parts[i] = new Part(whole.rows(from, to, scopes.get(i)), share, null);
        }
        replicas.together(
                devices,
                i -> {
                    Batches.Batch samples = parts[i].samples();
                    UNetOutput taught = replicas.get(i).teacher().teach(samples, scopes.get(i));
                    parts[i] = new Part(samples, parts[i].share(), taught);
                });
        batches.add(parts);
    }

    private int accumulation() {
        return recipe.gradientAccumulation();
    }

    /** Parts differ by one sample at most. */
    private int first(int device) {
        return (int) ((long) recipe.batchSize() * device / devices);
    }

    /** The teacher's scale at each stage is one for the whole step; all batches are taught. */
    void settleScales() {
        meanSquares = new NDArray[devices];
        if (devices == 1) {
            meanSquares[0] =
                    DistillationLoss.meanSquares(
                            batches.stream().map(parts -> parts[0].taught()).toList());
            return;
        }
        float[] means = weightedMeanSquares();
        for (int i = 0; i < devices; i++) {
            meanSquares[i] = scopes.get(i).create(means);
        }
    }

    private float[] weightedMeanSquares() {
        double[] sums = null;
        for (Part[] parts : batches) {
            for (Part part : parts) {
                float[] own = DistillationLoss.meanSquares(List.of(part.taught())).toFloatArray();
                sums = sums == null ? new double[own.length] : sums;
                for (int i = 0; i < own.length; i++) {
                    sums[i] += part.share() * own[i];
                }
            }
        }
        float[] means = new float[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) sums[i];
        }
        return means;
    }

    /**
     * Runs the students forward and back over a batch; gradients add up.
     *
     * @param reportsShares whether to look at what each term contributes
     * @throws io.laptopdiff.distillation.loss.NonFiniteLossException if a part's loss is not finite
     */
    void learn(int batch, boolean reportsShares) {
        Part[] parts = batches.get(batch);
        Losses[] read = new Losses[devices];
        try (GradientTape tape = GradientTape.record()) {
            replicas.together(
                    devices,
                    i -> {
                        try (NDManager pass = scopes.get(i).newSubManager();
                                GradientTape own = tape.branch()) {
                            read[i] = learn(parts[i], i, own, pass, reportsShares && i == 0);
                        }
                    });
        }
        for (int i = 0; i < devices; i++) {
            losses.add(read[i]);
            shares.add(parts[i].share());
        }
    }

    private Losses learn(
            Part part, int device, GradientTape tape, NDManager pass, boolean reportsShares) {
        StudentPass student =
                StudentPass.of(
                        replicas.get(device).student(),
                        part.samples(),
                        recipe.gradientCheckpointing(),
                        tape,
                        pass);
        StepLoss partLoss =
                loss.of(
                        student.output(),
                        part.taught(),
                        part.samples().target(),
                        meanSquares[device]);
        Losses read = partLoss.read();
        if (reportsShares) {
            gradientShares =
                    GradientShares.of(partLoss, student.backwardBefore(), trainee.optimizer());
        }
        student.backward().accept(weighted(partLoss.total(), part.share()));
        return read;
    }

    /**
     * Gradients add up, and their mean is wanted. The number is written into a function: one that
     * DJL multiplies with lies in memory that Java may free before the way back reads it.
     */
    private NDArray weighted(NDArray total, double share) {
        if (devices == 1) {
            return accumulation() == 1
                    ? total
                    : TorchScriptFunction.of(
                                    "mean of batches",
                                    "x",
                                    "return x / %s.0".formatted(accumulation()))
                            .apply(total);
        }
        return TorchScriptFunction.of("share of a step", "x", "return x * " + share).apply(total);
    }

    /** Returns the mean losses of the whole step. */
    Losses losses() {
        return MeanLosses.of(losses, shares);
    }

    /**
     * Returns the gradient shares of the first device's part of the first batch; null where nobody
     * asked.
     */
    Map<String, Double> gradientShares() {
        return gradientShares;
    }

    @Override
    public void close() {
        scopes.forEach(NDManager::close);
    }
}
