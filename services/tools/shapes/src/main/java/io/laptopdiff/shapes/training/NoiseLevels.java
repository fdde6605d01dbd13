package io.laptopdiff.shapes.training;

/** SD-v1.5's noise schedule: 1000 betas, linear in their square roots from 0.00085 to 0.012. */
final class NoiseLevels {

    static final int COUNT = 1000;

    private static final double[] ALPHAS_CUMPROD = new double[COUNT];

    static {
        double product = 1;
        for (int t = 0; t < COUNT; t++) {
            double root =
                    Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * t / (COUNT - 1);
            product *= 1 - root * root;
            ALPHAS_CUMPROD[t] = product;
        }
    }

    private NoiseLevels() {}

    /** Returns the factor on the latent at a timestep. */
    static double signal(int timestep) {
        return Math.sqrt(ALPHAS_CUMPROD[timestep]);
    }

    /** Returns the factor on the noise at a timestep. */
    static double noise(int timestep) {
        return Math.sqrt(1 - ALPHAS_CUMPROD[timestep]);
    }

    /**
     * Returns the Min-SNR-5 weight of the epsilon loss (Hang et al., arXiv 2303.09556, section
     * 3.4).
     */
    static double weight(int timestep) {
        double ratio = ALPHAS_CUMPROD[timestep] / (1 - ALPHAS_CUMPROD[timestep]);
        return Math.min(ratio, 5) / ratio;
    }
}
