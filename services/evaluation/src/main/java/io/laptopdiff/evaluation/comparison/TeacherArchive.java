package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.SafetensorsWriter;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.pipeline.ImageFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The teacher's evaluation on disk, written once and read for every variant of its run. */
final class TeacherArchive {

    /** An evaluation with what students are measured against. */
    record Entry(TeacherEvaluation evaluation, Reference reference) {}

    private static final Logger LOG = Logger.getLogger(TeacherArchive.class.getName());
    private static final String JSON = "evaluation.json";
    private static final String FEATURES = "features.safetensors";
    private static final String IMAGES = "images";

    private final ArtifactStore store;
    private final Path directory;

    /**
     * @param directory runs/&lt;runId&gt;/teacher/evaluation
     */
    TeacherArchive(ArtifactStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    Path images() {
        return directory.resolve(IMAGES);
    }

    /**
     * Reads the teacher's evaluation; empty if there is none, or one that answers another question
     * or cannot be read: then it is made anew.
     */
    Optional<Entry> read(String digest, NDManager manager) {
        Path json = directory.resolve(JSON);
        if (!Files.isRegularFile(json)) {
            return Optional.empty();
        }
        try (NDManager reading = manager.newSubManager();
                SafetensorsFile features = SafetensorsFile.open(directory.resolve(FEATURES))) {
            TeacherEvaluation evaluation =
                    Json.read(Files.readAllBytes(json), TeacherEvaluation.class);
            if (!evaluation.digest().equals(digest)) {
                return Optional.empty();
            }
            float[][] captions = rows(features.readFloat32("captions", reading));
            float[][] real = rows(features.readFloat32("real_images", reading));
            return Optional.of(new Entry(evaluation, new Reference(captions, real)));
        } catch (IOException | InvalidMessageException | CheckpointException e) {
            LOG.log(
                    Level.WARNING,
                    "teacher evaluation is measured again, it cannot be read: " + json,
                    e);
            return Optional.empty();
        }
    }

    /**
     * Writes the teacher's evaluation; where another worker was quicker with the same, its
     * directory stays.
     */
    void write(Entry entry, List<BufferedImage> images, NDManager manager) {
        String digest = entry.evaluation().digest();
        if (read(digest, manager).isPresent()) {
            return;
        }
        try {
            store.writeDirectory(directory, part -> fill(part, entry, images, manager));
        } catch (UncheckedIOException e) {
            // Two directories cannot take one name at the same moment.
            if (read(digest, manager).isEmpty()) {
                throw e;
            }
        }
    }

    private static void fill(Path part, Entry entry, List<BufferedImage> images, NDManager manager)
            throws IOException {
        ImageFiles.write(part.resolve(IMAGES), images);
        try (NDManager writing = manager.newSubManager()) {
            Map<String, NDArray> features = new LinkedHashMap<>();
            features.put("captions", writing.create(entry.reference().captions()));
            features.put("real_images", writing.create(entry.reference().realImages()));
            SafetensorsWriter.write(part.resolve(FEATURES), features, TensorType.F32, Map.of());
        }
        Files.writeString(part.resolve(JSON), Json.writePretty(entry.evaluation()));
    }

    private static float[][] rows(NDArray array) {
        int width = Math.toIntExact(array.getShape().get(1));
        float[] flat = array.toFloatArray(); // (rows, width)
        float[][] rows = new float[flat.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }
}
