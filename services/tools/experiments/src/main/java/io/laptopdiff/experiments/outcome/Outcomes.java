package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
     * What an experiment's outcome is held against: the request, with names for the directories,
     * and the teacher's weights.
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
        MessageDigest digest = sha256();
        digest.update(request.getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(material.teacher().resolve(WEIGHTS)));
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    /** As it stands in JSON, between the quotes. */
    private static String text(Path path) {
        String quoted = Json.write(path.toString());
        return quoted.substring(1, quoted.length() - 1);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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

    /** Whether the outcome of just this request and teacher is there, and nothing failed. */
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
        Files.createDirectories(directory);
        Path whole = file(outcome.experiment());
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        Files.writeString(part, Json.writePretty(outcome));
        Files.move(
                part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String experiment) {
        return directory.resolve(experiment + ".json");
    }
}
