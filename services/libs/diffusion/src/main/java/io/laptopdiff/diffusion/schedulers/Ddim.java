package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * The sampler of Song, Meng and Ermon, Denoising Diffusion Implicit Models, 2021, equation 12 with
 * eta = 0.
 */
public final class Ddim implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final double finalAlphaCumprod;
    private final double clip; // infinite where samples are not clipped

    private Ddim(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "leading");
        stepsOffset = SchedulerFields.stepsOffset(config);
        finalAlphaCumprod = config.flag("set_alpha_to_one", true) ? 1 : schedule.alphaCumprod(0);
        clip = SchedulerFields.clip(config, true);
    }

    static Ddim of(ModelConfig config) {
        return new Ddim(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        int[] timesteps = spacing.rounded(steps, trainingTimesteps(), stepsOffset);
        SchedulerFields.requireSignal(schedule, predictionType, timesteps);
        return new Walk(timesteps, parent);
    }

    private final class Walk extends Sampling {

        private final int[] timesteps;

        Walk(int[] timesteps, NDManager parent) {
            super(
                    Arrays.stream(timesteps).asDoubleStream().toArray(),
                    1,
                    trainingTimesteps(),
                    parent);
            this.timesteps = timesteps;
        }

        @Override
        NDArray advance(int step, NDArray modelOutput, NDArray sample) {
            int timestep = timesteps[step];
            int previous = timestep - trainingTimesteps() / timesteps.length;
            double alphaPrevious =
                    previous >= 0 ? schedule.alphaCumprod(previous) : finalAlphaCumprod;
            double signal = schedule.signal(timestep);
            double noise = schedule.noise(timestep);
            double[] toOriginal = predictionType.original(signal, noise);
            double[] toNoise = predictionType.noise(signal, noise);
            try (NDArray original =
                            Clipping.of(
                                    LinearCombination.of(
                                            toOriginal[0], sample, toOriginal[1], modelOutput),
                                    clip);
                    NDArray direction =
                            LinearCombination.of(toNoise[0], sample, toNoise[1], modelOutput)) {
                return LinearCombination.of(
                        Math.sqrt(alphaPrevious),
                        original,
                        Math.sqrt(1 - alphaPrevious),
                        direction);
            }
        }
    }
}
