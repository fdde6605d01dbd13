package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * The sampler of Luo et al., Latent Consistency Models, 2023, algorithm 3: each step predicts the
 * sample itself, and noises it again to the next timestep. The timesteps are some of those that the
 * consistency distillation had, whatever {@code timestep_spacing} says.
 */
public final class Lcm implements Scheduler {

    private static final double DATA_DEVIATION = 0.5; // sigma_data of the paper, section 4.1

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final int originalSteps;
    private final double timestepScaling;
    private final double clip; // infinite where samples are not clipped

    private Lcm(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        TimestepSpacing.of(config, "leading");
        originalSteps =
                config.has("original_inference_steps")
                        ? config.requirePositive("original_inference_steps")
                        : 50;
        if (originalSteps > schedule.timesteps()) {
            throw config.refuse(
                    "original_inference_steps",
                    "at most num_train_timesteps, " + schedule.timesteps());
        }
        timestepScaling = config.number("timestep_scaling", 10);
        clip = SchedulerFields.clip(config, false);
    }

    static Lcm of(ModelConfig config) {
        return new Lcm(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public int maximumSteps() {
        return originalSteps;
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        int stride = trainingTimesteps() / originalSteps;
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            int fromNoisiest = (int) Math.floor(i * ((double) originalSteps / steps));
            timesteps[i] = (originalSteps - fromNoisiest) * stride - 1;
        }
        SchedulerFields.requireSignal(schedule, predictionType, timesteps);
        return new Walk(timesteps, noise, parent);
    }

    private final class Walk extends Sampling {

        private final int[] timesteps;
        private final StepNoise noise;

        Walk(int[] timesteps, StepNoise noise, NDManager parent) {
            super(
                    Arrays.stream(timesteps).asDoubleStream().toArray(),
                    1,
                    trainingTimesteps(),
                    parent);
            this.timesteps = timesteps;
            this.noise = noise;
        }

        @Override
        NDArray advance(int step, NDArray modelOutput, NDArray sample) {
            int timestep = timesteps[step];
            double scaled = timestep * timestepScaling;
            double skip = square(DATA_DEVIATION) / (square(scaled) + square(DATA_DEVIATION));
            double out = scaled / Math.hypot(scaled, DATA_DEVIATION);
            double[] toOriginal =
                    predictionType.original(schedule.signal(timestep), schedule.noise(timestep));
            try (NDArray original =
                    Clipping.of(
                            LinearCombination.of(toOriginal[0], sample, toOriginal[1], modelOutput),
                            clip)) {
                if (step == timesteps.length - 1) {
                    return LinearCombination.of(skip, sample, out, original);
                }
                int next = timesteps[step + 1];
                double signal = schedule.signal(next);
                NDArray noised =
                        LinearCombination.of(signal * skip, sample, signal * out, original);
                try (NDArray drawn = noise.of(step, sample)) {
                    LinearCombination.add(noised, schedule.noise(next), drawn);
                }
                return noised;
            }
        }
    }

    private static double square(double x) {
        return x * x;
    }
}
