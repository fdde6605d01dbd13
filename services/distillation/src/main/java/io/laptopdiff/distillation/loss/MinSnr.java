package io.laptopdiff.distillation.loss;

import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.schedulers.PredictionType;

/**
 * Min-SNR weighting of the task term (Hang et al., arXiv 2303.09556, section 3.4): what would count
 * as min(SNR, gamma) against the original image, told for a model that predicts noise or velocity.
 */
public final class MinSnr {

    private MinSnr() {}

    /**
     * @param gamma the paper's default is 5
     * @return the weight of each timestep
     */
    public static float[] weights(NoiseScheduler scheduler, long[] timesteps, double gamma) {
        float[] weights = new float[timesteps.length];
        for (int i = 0; i < weights.length; i++) {
            double signal = scheduler.alphaCumprod((int) timesteps[i]);
            weights[i] = (float) weight(signal / (1 - signal), gamma, scheduler.predictionType());
        }
        return weights;
    }

    /**
     * @param snr share of signal over share of noise, as variances
     */
    static double weight(double snr, double gamma, PredictionType prediction) {
        // min(SNR, gamma) / SNR, and 1 where no signal is left
        return prediction == PredictionType.EPSILON
                ? Math.min(1, gamma / snr)
                : Math.min(snr, gamma) / (snr + 1);
    }
}
