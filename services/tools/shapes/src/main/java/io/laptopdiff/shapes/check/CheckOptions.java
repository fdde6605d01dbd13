package io.laptopdiff.shapes.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a check is to do.
 *
 * @param models holds the directories {@code shapes} and {@code shapes-clip}
 * @param guidance scales of classifier-free guidance, each tried in turn
 * @param steps inference steps
 * @param images a multiple of {@link #GROUP}
 * @param seed selects the held-out captions
 * @param sheet where samples are drawn; absent for none
 */
record CheckOptions(
        Path models,
        List<Double> guidance,
        int steps,
        int images,
        long seed,
        Optional<Path> sheet) {

    /** Captions among which an image's own must be found. */
    static final int GROUP = 16;

    static final String USAGE =
            """
            Usage: CheckShapes --models DIR [--guidance G[,G...]] [--steps N] [--images N] [--seed N] [--sheet FILE]
            Draws held-out captions with the model in DIR/shapes, counts the images that the scorer in DIR/shapes-clip
            matches to their own caption among 16, and records it in the model card DIR/shapes/README.md.
              --guidance  scale of classifier-free guidance, default 5; several, like 2,3,5, are compared and not recorded
              --steps     inference steps, default 25
              --images    a multiple of 16, default 256
              --seed      selects the captions, default 99; choose guidance on another one, so that the record stays fair
              --sheet     a PNG of the first 24 images with their captions""";

    CheckOptions {
        guidance = List.copyOf(guidance);
        for (double scale : guidance) {
            require(
                    scale >= 0 && scale < Double.POSITIVE_INFINITY,
                    "--guidance",
                    scale,
                    "a number of at least 0");
        }
        require(steps >= 1, "--steps", steps, "at least 1");
        require(
                images >= GROUP && images % GROUP == 0,
                "--images",
                images,
                "a multiple of " + GROUP);
        require(
                sheet.isEmpty() || guidance.size() == 1,
                "--sheet",
                sheet,
                "given with a single --guidance");
    }

    /**
     * @throws IllegalArgumentException naming the option, its value and the rule
     */
    static CheckOptions parse(String... arguments) {
        Path models = null;
        List<Double> guidance = List.of(5.0);
        int steps = 25;
        int images = 256;
        long seed = 99;
        Optional<Path> sheet = Optional.empty();
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("Option '" + option + "' lacks its value.");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--models" -> models = Path.of(value);
                case "--guidance" -> guidance = numbers(option, value);
                case "--steps" -> steps = number(option, value, Integer::valueOf);
                case "--images" -> images = number(option, value, Integer::valueOf);
                case "--seed" -> seed = number(option, value, Long::valueOf);
                case "--sheet" -> sheet = Optional.of(Path.of(value));
                default ->
                        throw new IllegalArgumentException("Option '" + option + "' is unknown.");
            }
        }
        if (models == null) {
            throw new IllegalArgumentException("Option --models is missing.");
        }
        return new CheckOptions(models, guidance, steps, images, seed, sheet);
    }

    private static List<Double> numbers(String option, String value) {
        List<Double> numbers = new ArrayList<>();
        for (String one : value.split(",", -1)) {
            numbers.add(number(option, one, Double::valueOf));
        }
        return numbers;
    }

    private static <T> T number(String option, String value, Function<String, T> reader) {
        try {
            return reader.apply(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Option " + option + " = '" + value + "': must be a number.", e);
        }
    }

    private static void require(boolean holds, String option, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "Option " + option + " = " + value + ": must be " + rule + ".");
        }
    }
}
