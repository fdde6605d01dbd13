package io.laptopdiff.experiments.outcome;

import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small experiments on a teacher that is only a file. */
public final class Requests {
    private Requests() {}

    /** A teacher with these weights below a directory. */
    public static Material material(Path home, String weights) throws IOException {
        Path unet = Files.createDirectories(home.resolve("teacher/unet"));
        Files.writeString(unet.resolve("diffusion_pytorch_model.safetensors"), weights);
        return new Material(
                home.resolve("teacher"),
                home.resolve("scorer"),
                home.resolve("training"),
                home.resolve("held-out"));
    }

    /** Two variants, asked with as little as possible. */
    public static Experiment experiment(String group, long seed, Material material) {
        String data = material.training().toString();
        return new Experiment(
                group,
                seed,
                Map.of(
                        "teacher", material.teacher().toString(),
                        "calibration", Map.of("dataset", data, "seed", seed),
                        "variants",
                                List.of(
                                        Map.of("name", "a", "ratio", 0.4),
                                        Map.of("handcrafted", "bk-base")),
                        "distillation", Map.of("dataset", data),
                        "evaluation",
                                Map.of(
                                        "scorer", material.scorer().toString(),
                                        "dataset", material.heldOut().toString())));
    }
}
