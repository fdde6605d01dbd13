package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * The share of signal that is left at each training timestep: the product of (1 - beta) up to it.
 *
 * <p>Ho et al., Denoising Diffusion Probabilistic Models, 2020, equation 4.
 */
final class NoiseSchedule {

    /**
     * The fields that would make another schedule of the same betas, with the one value that each
     * may have.
     */
    private static final Map<String, JsonNode> ONLY =
            Map.of("trained_betas", NullNode.instance, "use_flow_sigmas", BooleanNode.FALSE);

    /** Stands in for no signal at all where the noise level would be infinite, as in diffusers. */
    private static final double LEAST_SIGNAL = 0x1p-24;

    private final double[] alphasCumprod;

    private NoiseSchedule(double[] alphasCumprod) {
        this.alphasCumprod = alphasCumprod;
    }

    /**
     * Reads the fields that all schedulers share; the absent ones take the defaults of diffusers,
     * which are others for {@code LCMScheduler}.
     */
    static NoiseSchedule of(ModelConfig config) {
        double[] alphasCumprod = alphasCumprod(config);
        if (config.flag("rescale_betas_zero_snr", false)) {
            rescaleToZeroTerminalSnr(alphasCumprod);
        }
        return new NoiseSchedule(alphasCumprod);
    }

    /**
     * Reads the fields as {@link #of} does, but not {@code rescale_betas_zero_snr}, which PNDM does
     * not know.
     */
    static NoiseSchedule withoutRescaling(ModelConfig config) {
        return new NoiseSchedule(alphasCumprod(config));
    }

    private static double[] alphasCumprod(ModelConfig config) {
        config.requireOnly(ONLY);
        boolean lcm = SamplerClass.LCM.isNamedBy(config);
        int timesteps =
                config.has("num_train_timesteps")
                        ? config.requirePositive("num_train_timesteps")
                        : 1000;
        double start = rate(config, "beta_start", lcm ? 0.00085 : 0.0001);
        double end = rate(config, "beta_end", lcm ? 0.012 : 0.02);
        String kind =
                config.choice(
                        "beta_schedule",
                        lcm ? "scaled_linear" : "linear",
                        Set.of("linear", "scaled_linear", "squaredcos_cap_v2"));
        double[] alphasCumprod = new double[timesteps];
        double product = 1;
        for (int t = 0; t < timesteps; t++) {
            double way = timesteps == 1 ? 0 : (double) t / (timesteps - 1);
            double beta =
                    switch (kind) {
                        case "linear" -> start + way * (end - start);
                        case "scaled_linear" ->
                                square(
                                        Math.sqrt(start)
                                                + way * (Math.sqrt(end) - Math.sqrt(start)));
                        default -> cosine(t, timesteps);
                    };
            product *= 1 - beta;
            alphasCumprod[t] = product;
        }
        return alphasCumprod;
    }

    /**
     * Rescales by Lin et al., 2023, algorithm 1: the first share of signal stays, the last becomes
     * 0.
     */
    private static void rescaleToZeroTerminalSnr(double[] alphasCumprod) {
        double first = Math.sqrt(alphasCumprod[0]);
        double last = Math.sqrt(alphasCumprod[alphasCumprod.length - 1]);
        for (int t = 0; t < alphasCumprod.length; t++) {
            alphasCumprod[t] =
                    square((Math.sqrt(alphasCumprod[t]) - last) * first / (first - last));
        }
    }

    private static double rate(ModelConfig config, String field, double absent) {
        double beta = config.number(field, absent);
        if (!(beta > 0 && beta < 1)) {
            throw config.refuse(field, "a number between 0 and 1");
        }
        return beta;
    }

    private static double square(double x) {
        return x * x;
    }

    /** Computes a beta by Nichol and Dhariwal, 2021, equation 17. */
    private static double cosine(int t, int timesteps) {
        DoubleUnaryOperator left = x -> square(Math.cos((x + 0.008) / 1.008 * Math.PI / 2));
        double from = left.applyAsDouble((double) t / timesteps);
        double to = left.applyAsDouble((double) (t + 1) / timesteps);
        return Math.min(1 - to / from, 0.999);
    }

    int timesteps() {
        return alphasCumprod.length;
    }

    double alphaCumprod(int timestep) {
        return alphasCumprod[timestep];
    }

    /** Returns the square root of the share of signal. */
    double signal(int timestep) {
        return Math.sqrt(alphasCumprod[timestep]);
    }

    /** Returns the square root of the share of noise. */
    double noise(int timestep) {
        return Math.sqrt(1 - alphasCumprod[timestep]);
    }

    /**
     * Returns noise over signal at every timestep, ascending; finite also where no signal is left.
     */
    double[] sigmas() {
        double[] sigmas = new double[timesteps()];
        for (int t = 0; t < sigmas.length; t++) {
            double signal = alphasCumprod[t] == 0 ? LEAST_SIGNAL : alphasCumprod[t];
            sigmas[t] = Math.sqrt((1 - signal) / signal);
        }
        return sigmas;
    }
}
