package io.laptopdiff.diffusion.schedulers;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Locale;
import java.util.Set;

/** How inference timesteps spread over the training timesteps (Lin et al., 2023, table 2). */
enum TimestepSpacing {
    LEADING,
    LINSPACE,
    TRAILING;

    static TimestepSpacing of(ModelConfig config, String absent) {
        return valueOf(
                config.choice("timestep_spacing", absent, Set.of("leading", "linspace", "trailing"))
                        .toUpperCase(Locale.ROOT));
    }

    /**
     * Timesteps from noisy to clean, not rounded where the spacing is no whole number.
     *
     * @param steps how many
     * @param total training timesteps
     * @param offset added by {@code leading} alone
     */
    double[] timesteps(int steps, int total, int offset) {
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int back = steps - 1 - i;
            timesteps[i] =
                    switch (this) {
                        case LEADING -> (double) back * (total / steps) + offset;
                        case LINSPACE -> steps == 1 ? 0 : (double) back * (total - 1) / (steps - 1);
                        case TRAILING -> Math.rint(total - i * ((double) total / steps)) - 1;
                    };
        }
        return timesteps;
    }

    /** As {@link #timesteps}, rounded half to even as numpy does. */
    int[] rounded(int steps, int total, int offset) {
        double[] timesteps = timesteps(steps, total, offset);
        int[] rounded = new int[steps];
        for (int i = 0; i < steps; i++) {
            rounded[i] = (int) Math.rint(timesteps[i]);
        }
        return rounded;
    }
}
