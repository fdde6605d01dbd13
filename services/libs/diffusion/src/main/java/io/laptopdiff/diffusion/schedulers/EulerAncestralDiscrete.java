package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;

/**
 * Euler's method in sigma with ancestral noise: each step goes below the next noise level, and new
 * noise leads back up to it, with the variances of ancestral sampling (Song et al., Score-Based
 * Generative Modeling through Stochastic Differential Equations, 2021, appendix F) at eta = 1.
 */
public final class EulerAncestralDiscrete implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;

    private EulerAncestralDiscrete(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
    }

    static EulerAncestralDiscrete of(ModelConfig config) {
        return new EulerAncestralDiscrete(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        double[] timesteps = spacing.timesteps(steps, trainingTimesteps(), stepsOffset);
        double[] levels = Sigmas.then(Sigmas.interpolated(schedule.sigmas(), timesteps), 0);
        double[] up = new double[timesteps.length];
        double[] down = new double[timesteps.length];
        for (int i = 0; i < timesteps.length; i++) {
            double from = levels[i];
            double to = levels[i + 1];
            up[i] = to * Math.sqrt(Math.max(0, from * from - to * to)) / from;
            down[i] = Math.sqrt(Math.max(0, to * to - up[i] * up[i]));
        }
        return new EulerSampling(
                predictionType,
                timesteps,
                levels,
                down,
                up,
                EulerSampling.initNoiseSigma(levels[0], spacing),
                trainingTimesteps(),
                noise,
                parent);
    }
}
