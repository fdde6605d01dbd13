package io.laptopdiff.diffusion.schedulers;

import java.util.Locale;

/** What a U-Net predicts. */
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
     * Weights that make the original out of (sample, model output) at a signal rate and a noise
     * rate.
     */
    double[] original(double signal, double noise) {
        return this == EPSILON
                ? new double[] {1 / signal, -noise / signal}
                : new double[] {signal, -noise};
    }

    /** Weights that make the noise out of (sample, model output). */
    double[] noise(double signal, double noise) {
        return this == EPSILON ? new double[] {0, 1} : new double[] {noise, signal};
    }
}
