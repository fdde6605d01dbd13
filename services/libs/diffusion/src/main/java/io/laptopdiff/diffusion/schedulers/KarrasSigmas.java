package io.laptopdiff.diffusion.schedulers;

/**
 * The noise levels of Karras et al., Elucidating the Design Space of Diffusion-Based Generative
 * Models, 2022, equation 5.
 */
final class KarrasSigmas {

    private static final double RHO = 7; // the paper's value

    private KarrasSigmas() {}

    /** Returns noise levels from {@code most} down to {@code least}. */
    static double[] between(double most, double least, int steps) {
        double from = Math.pow(most, 1 / RHO);
        double to = Math.pow(least, 1 / RHO);
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            double way = steps == 1 ? 0 : (double) i / (steps - 1);
            sigmas[i] = Math.pow(from + way * (to - from), RHO);
        }
        return sigmas;
    }

    /** The training timestep of a noise level, interpolated between logarithms. */
    static double timestep(double sigma, double[] ascending) {
        double log = Math.log(sigma);
        int low = 0;
        while (low < ascending.length - 2 && Math.log(ascending[low + 1]) <= log) {
            low++;
        }
        double below = Math.log(ascending[low]);
        double above = Math.log(ascending[low + 1]);
        double way = Math.max(0, Math.min(1, (log - below) / (above - below)));
        return low + way;
    }
}
