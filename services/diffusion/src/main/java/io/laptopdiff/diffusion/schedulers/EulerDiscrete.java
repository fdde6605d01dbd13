package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * Karras et al., 2022, algorithm 2 without churn and without second-order correction: Euler's
 * method in sigma.
 */
public final class EulerDiscrete implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final boolean karras;

    private EulerDiscrete(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
        karras = config.flag("use_karras_sigmas", false);
        config.choice("final_sigmas_type", "zero", java.util.Set.of("zero"));
    }

    static EulerDiscrete of(ModelConfig config) {
        return new EulerDiscrete(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, NDManager parent) {
        Sampling.requireSteps(steps, trainingTimesteps());
        double[] all = schedule.sigmas();
        double[] timesteps = spacing.timesteps(steps, trainingTimesteps(), stepsOffset);
        double[] sigmas = new double[steps + 1]; // the last one, 0, is the sample itself
        for (int i = 0; i < steps; i++) {
            sigmas[i] = interpolate(all, timesteps[i]);
        }
        if (karras) {
            double[] karrasSigmas = KarrasSigmas.between(sigmas[0], sigmas[steps - 1], steps);
            System.arraycopy(karrasSigmas, 0, sigmas, 0, steps);
            timesteps =
                    Arrays.stream(karrasSigmas)
                            .map(sigma -> KarrasSigmas.timestep(sigma, all))
                            .toArray();
        }
        double most = sigmas[0];
        double initial = spacing == TimestepSpacing.LEADING ? Math.hypot(most, 1) : most;
        return new Walk(timesteps, sigmas, initial, parent);
    }

    private static double interpolate(double[] values, double at) {
        int low = (int) Math.min(Math.max(at, 0), values.length - 1);
        int high = Math.min(low + 1, values.length - 1);
        return values[low] + (at - low) * (values[high] - values[low]);
    }

    private final class Walk extends Sampling {

        private final double[] sigmas;

        Walk(double[] timesteps, double[] sigmas, double initial, NDManager parent) {
            super(timesteps, initial, trainingTimesteps(), parent);
            this.sigmas = sigmas;
        }

        @Override
        public NDArray scaleInput(int step, NDArray sample) {
            return sample.div(Math.hypot(sigmas[step], 1));
        }

        @Override
        NDArray advance(int step, NDArray modelOutput, NDArray sample) {
            double sigma = sigmas[step];
            double scale = Math.hypot(sigma, 1);
            // The scaled input has signal 1 / scale and noise sigma / scale; its noise is d sample
            // / d sigma.
            double[] toNoise = predictionType.noise(1 / scale, sigma / scale);
            double change = sigmas[step + 1] - sigma;
            return LinearCombination.of(
                    1 + change * toNoise[0] / scale, sample, change * toNoise[1], modelOutput);
        }
    }
}
