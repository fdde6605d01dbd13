package io.laptopdiff.diffusion.schedulers;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The way in which inference timesteps spread over the training timesteps (Lin et al., 2023, table
 * 2).
 */
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
     * Returns timesteps from noisy to clean, not rounded where the spacing is no whole number.
     *
     * @param steps how many
     * @param total training timesteps
     * @param offset added by {@code leading} alone
     */
    double[] timesteps(int steps, int total, int offset) {
        return switch (this) {
            case LEADING ->
                    IntStream.range(0, steps)
                            .mapToDouble(i -> (double) (steps - 1 - i) * (total / steps) + offset)
                            .toArray();
            case LINSPACE -> linspace(steps, total - 1);
            case TRAILING -> trailing(total, (double) total / steps);
        };
    }

    /** Returns the timesteps of {@link #timesteps}, rounded half to even as numpy does. */
    int[] rounded(int steps, int total, int offset) {
        return Arrays.stream(timesteps(steps, total, offset))
                .mapToInt(timestep -> (int) Math.rint(timestep))
                .toArray();
    }

    /**
     * Returns the timesteps of the multistep solvers: one timestep more than steps is laid out, and
     * the cleanest left out, for the last step leads there; {@code trailing} needs none.
     *
     * @param last one more than the noisiest timestep that is used
     */
    int[] multistep(int steps, int total, int last, int offset) {
        return this == TRAILING
                ? Arrays.stream(trailing(last, (double) total / steps))
                        .mapToInt(timestep -> (int) timestep)
                        .toArray()
                : Arrays.copyOf(rounded(steps + 1, last, offset), steps);
    }

    /**
     * Spaces timesteps evenly from {@code most} down to 0, multiplied in numpy's order, so that
     * halves round alike.
     */
    private static double[] linspace(int steps, int most) {
        double[] timesteps = new double[steps]; // a single one is 0
        double stride = (double) most / (steps - 1);
        for (int i = 1; i < steps; i++) {
            timesteps[steps - 1 - i] = i == steps - 1 ? most : i * stride;
        }
        return timesteps;
    }

    /**
     * Returns whole numbers from {@code last} - 1 down. For some strides, such as 1000 / 61,
     * numpy's rounding gives diffusers one timestep more, -1; it is left out.
     */
    private static double[] trailing(int last, double stride) {
        double change = (last - stride) - last; // as numpy takes the distance of its first two
        return IntStream.range(0, (int) Math.ceil(last / stride))
                .mapToDouble(i -> Math.rint(last + i * change) - 1)
                .filter(timestep -> timestep >= 0)
                .toArray();
    }
}
