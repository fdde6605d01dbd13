package io.laptopdiff.experiments.outcome;

import io.laptopdiff.common.Sha256;
import io.laptopdiff.common.WholeFiles;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** Outcomes on disk, a file each, written whole: the report is made from these alone. */
public final class Outcomes {
    private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
    private static final int DIGITS = 16;

    private final Path directory;

    public Outcomes(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns the digest of what an experiment's outcome is held against: the request, with names
     * for the directories, and the teacher's weights.
     *
     * @throws IOException if the weights cannot be read
     */
    public static String digest(Experiment experiment, Material material) throws IOException {
        String request =
                Json.write(experiment.request())
                        .replace(text(material.teacher()), "teacher")
                        .replace(text(material.scorer()), "scorer")
                        .replace(text(material.training()), "training")
                        .replace(text(material.heldOut()), "held-out");
        MessageDigest digest = Sha256.digest();
        digest.update(request.getBytes(StandardCharsets.UTF_8));
        Sha256.addFile(material.teacher().resolve(WEIGHTS), digest);
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    /** Returns a path as it stands in JSON, between the quotes. */
    private static String text(Path path) {
        String quoted = Json.write(path.toString());
        return quoted.substring(1, quoted.length() - 1);
    }

    /**
     * The outcome of an experiment, whatever was asked then.
     *
     * @throws IOException if there is a file that cannot be read
     */
    public Optional<Outcome> find(String experiment) throws IOException {
        Path file = file(experiment);
        return Files.exists(file)
                ? Optional.of(Json.read(Files.readAllBytes(file), Outcome.class))
                : Optional.empty();
    }

    /**
     * Returns whether the outcome of just this request and teacher is there, and nothing failed.
     */
    public boolean has(String experiment, String digest) throws IOException {
        return find(experiment)
                .filter(outcome -> outcome.digest().equals(digest))
                .filter(outcome -> outcome.variants().stream().allMatch(v -> v.failure() == null))
                .isPresent();
    }

    /**
     * Keeps an outcome in place of an older one.
     *
     * @throws IOException if the disk refuses
     */
    public void keep(Outcome outcome) throws IOException {
        WholeFiles.writeString(file(outcome.experiment()), Json.writePretty(outcome));
    }

    private Path file(String experiment) {
        return directory.resolve(experiment + ".json");
    }
}
