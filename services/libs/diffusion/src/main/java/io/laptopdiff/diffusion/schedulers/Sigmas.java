package io.laptopdiff.diffusion.schedulers;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;

/**
 * The noise levels of a sampling, as noise over signal.
 *
 * @param timesteps what the model is told at each step
 * @param levels one more than timesteps, falling; the last is where the last step leads
 */
record Sigmas(double[] timesteps, double[] levels) {

    private static final double FLOAT32_LOGARITHM = 1e-7;

    /** Returns the square root of the share of signal at a noise level. */
    static double signal(double sigma) {
        return 1 / Math.hypot(sigma, 1);
    }

    /** Returns the square root of the share of noise at a noise level. */
    static double noise(double sigma) {
        return sigma / Math.hypot(sigma, 1);
    }

    /** Returns the logarithm of signal over noise: infinite where there is no noise. */
    static double lambda(double sigma) {
        return -Math.log(sigma);
    }

    /** Interpolates noise levels between whole timesteps, linearly. */
    static double[] interpolated(double[] all, double[] timesteps) {
        return Arrays.stream(timesteps).map(timestep -> interpolate(all, timestep)).toArray();
    }

    private static double interpolate(double[] values, double at) {
        int low = (int) Math.min(Math.max(at, 0), values.length - 1);
        int high = Math.min(low + 1, values.length - 1);
        return values[low] + (at - low) * (values[high] - values[low]);
    }

    /** Returns the levels with one more, the end. */
    static double[] then(double[] levels, double end) {
        double[] all = Arrays.copyOf(levels, levels.length + 1);
        all[levels.length] = end;
        return all;
    }

    /**
     * Returns the noise levels of the multistep solvers at whole timesteps.
     *
     * @param end the level that the last step leads to
     */
    static Sigmas at(int[] timesteps, double[] all, double end) {
        return new Sigmas(
                Arrays.stream(timesteps).asDoubleStream().toArray(),
                then(Arrays.stream(timesteps).mapToDouble(t -> levelAt(t, all)).toArray(), end));
    }

    private static double levelAt(int timestep, double[] all) {
        return all[Math.min(timestep, all.length - 1)]; // a sampling refuses those beyond
    }

    /**
     * Returns the noise levels of the multistep solvers by {@code use_karras_sigmas}, over all of
     * training.
     *
     * @param end the level that the last step leads to
     * @param rounds timesteps to the nearest whole one; else to the one below
     */
    static Sigmas karras(int steps, double[] all, double end, boolean rounds) {
        double[] levels = KarrasSigmas.between(all[all.length - 1], all[0], steps);
        double[] timesteps =
                Arrays.stream(levels)
                        .map(sigma -> KarrasSigmas.timestep(sigma, all))
                        .map(timestep -> rounds ? Math.rint(timestep) : below(timestep))
                        .toArray();
        return new Sigmas(timesteps, then(levels, end));
    }

    /**
     * The whole timestep below, as diffusers cuts it off. The noisiest level lies at a whole
     * timestep exactly; diffusers takes logarithms of FLOAT32 numbers there, comes out 4e-8 below
     * it, and so one timestep lower.
     */
    private static double below(double timestep) {
        return Math.max(0, Math.floor(timestep - FLOAT32_LOGARITHM));
    }

    /** Returns whether the betas are those that Karras' timesteps are not rounded for. */
    static boolean isCosine(ModelConfig config) {
        return config.node("beta_schedule").asText().equals("squaredcos_cap_v2");
    }
}
