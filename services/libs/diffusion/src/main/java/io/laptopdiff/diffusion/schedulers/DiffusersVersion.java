package io.laptopdiff.diffusion.schedulers;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of diffusers that a config was written by. What a field that came later would have
 * said, that version did in one way of its own.
 *
 * @param known whether the config says it; if not, it is taken as today's
 */
record DiffusersVersion(boolean known, int major, int minor) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");

    static DiffusersVersion of(ModelConfig config) {
        Matcher numbers = NUMBERS.matcher(config.node("_diffusers_version").asText());
        return numbers.matches()
                ? new DiffusersVersion(
                        true,
                        Integer.parseInt(numbers.group(1)),
                        Integer.parseInt(numbers.group(2)))
                : new DiffusersVersion(false, 0, 0);
    }

    boolean isBefore(int otherMajor, int otherMinor) {
        return known && (major < otherMajor || (major == otherMajor && minor < otherMinor));
    }
}
