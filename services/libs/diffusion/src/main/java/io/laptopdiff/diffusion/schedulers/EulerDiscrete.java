package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * The sampler of Karras et al., 2022, algorithm 2 without churn and without second-order
 * correction: Euler's method in sigma.
 */
public final class EulerDiscrete implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final boolean karras;
    private final boolean endsAtZero;

    private EulerDiscrete(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
        karras = config.flag("use_karras_sigmas", false);
        endsAtZero = SchedulerFields.endsAtZero(config, "zero");
    }

    static EulerDiscrete of(ModelConfig config) {
        return new EulerDiscrete(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        double[] all = schedule.sigmas();
        double[] timesteps = spacing.timesteps(steps, trainingTimesteps(), stepsOffset);
        double[] sigmas = Sigmas.interpolated(all, timesteps);
        if (karras) {
            sigmas = KarrasSigmas.between(sigmas[0], sigmas[sigmas.length - 1], steps);
            timesteps =
                    Arrays.stream(sigmas).map(sigma -> KarrasSigmas.timestep(sigma, all)).toArray();
        }
        double[] levels = Sigmas.then(sigmas, endsAtZero ? 0 : all[0]);
        return new EulerSampling(
                predictionType,
                timesteps,
                sigmas,
                Arrays.copyOfRange(levels, 1, levels.length),
                new double[sigmas.length],
                EulerSampling.initNoiseSigma(sigmas[0], spacing),
                trainingTimesteps(),
                noise,
                parent);
    }
}
