package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/** The quantity that a U-Net predicts. */
public enum PredictionType {
    /** The noise. */
    EPSILON,
    /**
     * The velocity, sqrt(a) noise - sqrt(1 - a) original (Salimans and Ho, 2022, appendix D), as
     * SD-v2.1 does.
     */
    V_PREDICTION;

    static PredictionType of(String value) {
        return valueOf(value.toUpperCase(Locale.ROOT));
    }

    /**
     * Returns the weights that make the original out of (sample, model output) at a signal rate and
     * a noise rate.
     */
    double[] original(double signal, double noise) {
        return this == EPSILON
                ? new double[] {1 / signal, -noise / signal}
                : new double[] {signal, -noise};
    }

    /** Returns the weights that make the noise out of (sample, model output). */
    double[] noise(double signal, double noise) {
        return this == EPSILON ? new double[] {0, 1} : new double[] {noise, signal};
    }

    /**
     * The original that is predicted at a noise level.
     *
     * @param sigma noise over signal
     * @return an array in the manager of {@code sample}
     */
    NDArray originalAt(double sigma, NDArray sample, NDArray modelOutput) {
        double[] weights = original(Sigmas.signal(sigma), Sigmas.noise(sigma));
        return LinearCombination.of(weights[0], sample, weights[1], modelOutput);
    }
}
