package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * The sampler of Liu et al., Pseudo Numerical Methods for Diffusion Models, 2022: the linear
 * multistep method (equations 9, 11 and 12) without Runge-Kutta start ({@code skip_prk_steps}), as
 * Stable Diffusion ships it.
 */
public final class Pndm implements Scheduler {

    /**
     * Adams-Bashforth weights for the newest model output first, by the number of outputs at hand.
     */
    private static final double[][] ADAMS_BASHFORTH = {
        {1},
        {3 / 2.0, -1 / 2.0},
        {23 / 12.0, -16 / 12.0, 5 / 12.0},
        {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
    };

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final double finalAlphaCumprod;

    private Pndm(ModelConfig config) {
        if (!config.flag("skip_prk_steps", false)) {
            throw config.refuse("skip_prk_steps", "true, as in the Stable Diffusion checkpoints");
        }
        schedule = NoiseSchedule.withoutRescaling(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "leading");
        stepsOffset = SchedulerFields.stepsOffset(config);
        finalAlphaCumprod = config.flag("set_alpha_to_one", false) ? 1 : schedule.alphaCumprod(0);
    }

    static Pndm of(ModelConfig config) {
        return new Pndm(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public int passes(int steps) {
        return steps > 1 ? steps + 1 : steps;
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, trainingTimesteps());
        int[] once = spacing.rounded(steps, trainingTimesteps(), stepsOffset);
        int[] timesteps = once;
        if (steps > 1) { // the second one comes twice: its first visit only corrects the first step
            timesteps = new int[steps + 1];
            System.arraycopy(once, 0, timesteps, 0, 2);
            System.arraycopy(once, 1, timesteps, 2, steps - 1);
        }
        return new Walk(timesteps, trainingTimesteps() / steps, parent);
    }

    private final class Walk extends Sampling {

        private final int[] timesteps;
        private final int stride;
        private final Deque<NDArray> outputs = new ArrayDeque<>(); // newest first, at most 4
        private NDArray first; // the sample before the first step, until it is corrected

        Walk(int[] timesteps, int stride, NDManager parent) {
            super(
                    Arrays.stream(timesteps).asDoubleStream().toArray(),
                    1,
                    trainingTimesteps(),
                    parent);
            this.timesteps = timesteps;
            this.stride = stride;
        }

        @Override
        NDArray advance(int step, NDArray modelOutput, NDArray sample) {
            if (step == 1) {
                try (NDArray mean =
                                LinearCombination.of(0.5, modelOutput, 0.5, outputs.getFirst());
                        NDArray from = first) {
                    NDArray next = transfer(from, mean, timesteps[1] + stride, timesteps[1]);
                    next.attach(sample.getManager());
                    return next;
                }
            }
            outputs.addFirst(remember(modelOutput.duplicate()));
            if (outputs.size() > 4) {
                outputs.removeLast().close();
            }
            if (step == 0) {
                first = remember(sample.duplicate());
            }
            try (NDArray blend = blend()) {
                return transfer(sample, blend, timesteps[step], timesteps[step] - stride);
            }
        }

        private NDArray blend() {
            double[] weights = ADAMS_BASHFORTH[outputs.size() - 1];
            Iterator<NDArray> newestFirst = outputs.iterator();
            NDArray sum = newestFirst.next().mul(weights[0]);
            for (int i = 1; i < weights.length; i++) {
                LinearCombination.add(sum, weights[i], newestFirst.next());
            }
            return sum;
        }

        /** Goes from one timestep to another along a model output, by equation 9 of the paper. */
        private NDArray transfer(NDArray sample, NDArray output, int from, int to) {
            double alpha = schedule.alphaCumprod(from);
            double alphaTo = to >= 0 ? schedule.alphaCumprod(to) : finalAlphaCumprod;
            double denominator =
                    alpha * Math.sqrt(1 - alphaTo) + Math.sqrt(alpha * (1 - alpha) * alphaTo);
            double ofNoise = -(alphaTo - alpha) / denominator;
            double[] toNoise = predictionType.noise(Math.sqrt(alpha), Math.sqrt(1 - alpha));
            return LinearCombination.of(
                    Math.sqrt(alphaTo / alpha) + ofNoise * toNoise[0],
                    sample,
                    ofNoise * toNoise[1],
                    output);
        }
    }
}
