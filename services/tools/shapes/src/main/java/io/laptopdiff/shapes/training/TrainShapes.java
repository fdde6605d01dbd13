package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The command that trains the shapes model: {@code TrainShapes --out DIR [--seed N]}. */
public final class TrainShapes {

    private static final String USAGE =
            "Usage: TrainShapes --out DIR [--seed N]\n"
                    + "Trains the shapes model into DIR/shapes and its scorer into DIR/shapes-clip; run it again after"
                    + " a kill and it goes on from DIR/checkpoints.";

    private TrainShapes() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        Path out = null;
        long seed = 7;
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : null;
            if (value != null && arguments[i].equals("--out")) {
                out = Path.of(value);
            } else if (value != null && arguments[i].equals("--seed")) {
                seed = seed(value);
            } else {
                refuse("Option '" + arguments[i] + "' is unknown or lacks its value.");
            }
        }
        if (out == null) {
            refuse("Option --out is missing.");
        }
        run(out, Recipe.SHIPPED, seed);
    }

    private static long seed(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            refuse("Option --seed = '" + value + "': must be a whole number.");
            throw e; // unreachable
        }
    }

    static void run(Path out, Recipe recipe, long seed) throws IOException {
        // read once, when the engine starts
        if (System.getProperty("ai.djl.pytorch.num_threads") == null) {
            System.setProperty("ai.djl.pytorch.num_threads", "2");
        }
        if (System.getProperty("ai.djl.pytorch.graph_optimizer") == null) {
            System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        }
        try (NDManager manager = Devices.auto().newManager()) {
            ShapesTraining.Report report = new ShapesTraining(out, recipe, seed).run(manager);
            new ModelCard(report, recipe, seed).write(out.resolve("shapes"));
        }
    }

    private static void refuse(String what) {
        System.err.println(String.format(Locale.ROOT, "%s%n%s", what, USAGE));
        System.exit(2);
    }
}
