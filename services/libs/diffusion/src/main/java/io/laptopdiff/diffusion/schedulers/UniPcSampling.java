package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** A walk of UniPC. */
final class UniPcSampling extends Sampling {

    private final PredictionType predictionType;
    private final double[] levels;
    private final UniPcSolver solver;
    private final Deque<NDArray> predictions = new ArrayDeque<>(); // newest first
    private NDArray before; // the sample before the last prediction, as corrected

    UniPcSampling(
            PredictionType predictionType,
            Sigmas sigmas,
            UniPcSolver solver,
            int trainingTimesteps,
            NDManager parent) {
        super(sigmas.timesteps(), 1, trainingTimesteps, parent);
        this.predictionType = predictionType;
        this.levels = sigmas.levels();
        this.solver = solver;
    }

    @Override
    NDArray advance(int step, NDArray modelOutput, NDArray sample) {
        NDArray prediction = remember(prediction(levels[step], modelOutput, sample));
        boolean corrects = step > 0 && !solver.uncorrected().contains(step - 1);
        NDArray here = corrects ? corrected(step, prediction) : sample.duplicate();
        if (before != null) {
            before.close();
        }
        before = remember(here);
        predictions.addFirst(prediction);
        if (predictions.size() > solver.order()) {
            predictions.removeLast().close();
        }
        NDArray next = sum(solver.predictor(levels, step, solver.at(step, steps())), before);
        next.attach(sample.getManager());
        return next;
    }

    private NDArray prediction(double sigma, NDArray modelOutput, NDArray sample) {
        if (solver.ofOriginals()) {
            return predictionType.originalAt(sigma, sample, modelOutput);
        }
        double[] weights = predictionType.noise(Sigmas.signal(sigma), Sigmas.noise(sigma));
        return LinearCombination.of(weights[0], sample, weights[1], modelOutput);
    }

    /** Takes the step before once more, along what the model says here. */
    private NDArray corrected(int step, NDArray prediction) {
        UniPcSolver.Weights weights =
                solver.corrector(levels, step - 1, solver.at(step - 1, steps()));
        NDArray corrected = sum(weights, before);
        LinearCombination.add(corrected, weights.there(), prediction);
        return corrected;
    }

    private NDArray sum(UniPcSolver.Weights weights, NDArray sample) {
        NDArray sum = sample.mul(weights.sample());
        Iterator<NDArray> newestFirst = predictions.iterator();
        for (double weight : weights.predictions()) {
            LinearCombination.add(sum, weight, newestFirst.next());
        }
        return sum;
    }
}
