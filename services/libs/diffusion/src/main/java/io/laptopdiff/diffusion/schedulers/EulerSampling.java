package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Euler's method in sigma, where each step may end with some new noise. */
final class EulerSampling extends Sampling {

    private final PredictionType predictionType;
    private final double[] sigmas;
    private final double[] down;
    private final double[] up;
    private final StepNoise noise;

    /**
     * @param sigmas noise level before each step
     * @param down where the method leads
     * @param up deviation of the noise that is added then
     */
    EulerSampling(
            PredictionType predictionType,
            double[] timesteps,
            double[] sigmas,
            double[] down,
            double[] up,
            double initNoiseSigma,
            int trainingTimesteps,
            StepNoise noise,
            NDManager parent) {
        super(timesteps, initNoiseSigma, trainingTimesteps, parent);
        this.predictionType = predictionType;
        this.sigmas = sigmas;
        this.down = down;
        this.up = up;
        this.noise = noise;
    }

    /** The deviation of the first sample: with {@code leading}, it has its signal beside it. */
    static double initNoiseSigma(double most, TimestepSpacing spacing) {
        return spacing == TimestepSpacing.LEADING ? Math.hypot(most, 1) : most;
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
        double change = down[step] - sigma;
        NDArray next =
                LinearCombination.of(
                        1 + change * toNoise[0] / scale, sample, change * toNoise[1], modelOutput);
        if (up[step] != 0) {
            try (NDArray drawn = noise.of(step, sample)) {
                LinearCombination.add(next, up[step], drawn);
            }
        }
        return next;
    }
}
