package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * How much signal is left at each training timestep: the product of (1 - beta) up to it.
 *
 * <p>Ho et al., Denoising Diffusion Probabilistic Models, 2020, equation 4.
 */
final class NoiseSchedule {

    /** What would make another schedule of the same betas. */
    private static final Map<String, JsonNode> ONLY =
            Map.of(
                    "trained_betas", NullNode.instance,
                    "rescale_betas_zero_snr", BooleanNode.FALSE,
                    "use_flow_sigmas", BooleanNode.FALSE);

    private final double[] alphasCumprod;

    private NoiseSchedule(double[] betas) {
        alphasCumprod = new double[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            alphasCumprod[t] = product;
        }
    }

    /** Reads the fields that all schedulers share; the absent ones take diffusers' defaults. */
    static NoiseSchedule of(ModelConfig config) {
        config.requireOnly(ONLY);
        int timesteps =
                config.has("num_train_timesteps")
                        ? config.requirePositive("num_train_timesteps")
                        : 1000;
        double start = rate(config, "beta_start", 0.0001);
        double end = rate(config, "beta_end", 0.02);
        String kind =
                config.choice(
                        "beta_schedule",
                        "linear",
                        Set.of("linear", "scaled_linear", "squaredcos_cap_v2"));
        double[] betas = new double[timesteps];
        for (int t = 0; t < timesteps; t++) {
            double way = timesteps == 1 ? 0 : (double) t / (timesteps - 1);
            betas[t] =
                    switch (kind) {
                        case "linear" -> start + way * (end - start);
                        case "scaled_linear" ->
                                square(
                                        Math.sqrt(start)
                                                + way * (Math.sqrt(end) - Math.sqrt(start)));
                        default -> cosine(t, timesteps);
                    };
        }
        return new NoiseSchedule(betas);
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

    /** Nichol and Dhariwal, 2021, equation 17. */
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

    /** Square root of the share of signal. */
    double signal(int timestep) {
        return Math.sqrt(alphasCumprod[timestep]);
    }

    /** Square root of the share of noise. */
    double noise(int timestep) {
        return Math.sqrt(1 - alphasCumprod[timestep]);
    }

    /** Noise over signal at every timestep, ascending. */
    double[] sigmas() {
        double[] sigmas = new double[timesteps()];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = noise(t) / signal(t);
        }
        return sigmas;
    }
}
