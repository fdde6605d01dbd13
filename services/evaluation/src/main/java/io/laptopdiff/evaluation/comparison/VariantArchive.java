package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.pipeline.ImageFiles;
import io.laptopdiff.evaluation.images.ContactSheet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One variant's evaluation on disk. */
public final class VariantArchive {

    private static final Logger LOG = Logger.getLogger(VariantArchive.class.getName());
    private static final String JSON = "evaluation.json";
    private static final String SHEET = "sheet.png";
    private static final String IMAGES = "images";

    private final ArtifactStore store;
    private final Path directory;

    private VariantArchive(ArtifactStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** The one that an event's variant has, or will have. */
    public static VariantArchive of(ArtifactStore store, DistillationFinished event) {
        return of(store, event.runId(), event.variant());
    }

    static VariantArchive of(ArtifactStore store, String runId, String variant) {
        return new VariantArchive(store, store.run(runId).variant(variant).evaluation());
    }

    /** Reads what was measured before on this very student, in this very way. */
    public Optional<VariantEvaluation> readFor(DistillationFinished event) {
        return read().filter(
                        evaluation -> evaluation.digest().equals(ResultDigest.ofStudent(event)));
    }

    /** Reads the variant's evaluation; empty if there is none that can be read. */
    Optional<VariantEvaluation> read() {
        Path json = directory.resolve(JSON);
        if (!Files.isRegularFile(json)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(Files.readAllBytes(json), VariantEvaluation.class));
        } catch (IOException | InvalidMessageException e) {
            LOG.log(Level.WARNING, "evaluation left out, it cannot be read: " + json, e);
            return Optional.empty();
        }
    }

    /**
     * Writes the whole directory at once.
     *
     * @param images the student's
     * @param teacherImages directory of the teacher's
     */
    void write(VariantEvaluation evaluation, List<BufferedImage> images, Path teacherImages) {
        List<String> captions = evaluation.captions();
        List<BufferedImage> teacher =
                ImageFiles.read(teacherImages, ContactSheet.rows(captions.size()));
        BufferedImage sheet =
                ContactSheet.draw(
                        captions,
                        List.of(
                                RunReport.teacher(evaluation, teacher),
                                RunReport.student(evaluation, images)));
        store.writeDirectory(
                directory,
                part -> {
                    ImageFiles.write(part.resolve(IMAGES), images);
                    Files.write(part.resolve(SHEET), ImageFiles.png(sheet));
                    Files.writeString(part.resolve(JSON), Json.writePretty(evaluation));
                });
    }

    /** Locations by name, as events carry them. */
    public Map<String, String> locations() {
        return Map.of(
                "evaluation", store.location(directory.resolve(JSON)),
                "images", store.location(images()),
                "sheet", store.location(directory.resolve(SHEET)));
    }

    Path images() {
        return directory.resolve(IMAGES);
    }
}
