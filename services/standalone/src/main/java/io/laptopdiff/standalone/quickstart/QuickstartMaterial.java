package io.laptopdiff.standalone.quickstart;

import io.laptopdiff.shapes.ShapesModel;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bundled model and freshly drawn data, on disk in the layouts that every run takes.
 *
 * @param model the {@code shapes} checkpoint
 * @param scorer the CLIP model that judges images
 * @param training images to score and distil on
 * @param heldOut images whose captions no training saw
 */
public record QuickstartMaterial(Path model, Path scorer, Path training, Path heldOut) {

    private static final int TRAINING_IMAGES = 2048;
    private static final int HELD_OUT_IMAGES = 512;
    private static final long SEED =
            20_240_417; // a sequence that the model's own training (another seed) did not see

    /**
     * Writes what is missing below a directory.
     *
     * @throws IOException if the disk refuses
     */
    public static QuickstartMaterial below(Path directory) throws IOException {
        ShapesModel model = ShapesModel.extractTo(directory.resolve("models"));
        return new QuickstartMaterial(
                model.model(),
                model.scorer(),
                drawn(
                        directory.resolve("shapes-training"),
                        ShapesDataset.training(SEED),
                        TRAINING_IMAGES),
                drawn(
                        directory.resolve("shapes-held-out"),
                        ShapesDataset.heldOut(SEED),
                        HELD_OUT_IMAGES));
    }

    private static Path drawn(Path directory, ShapesDataset dataset, int count) throws IOException {
        if (!Files.exists(directory.resolve("metadata.jsonl"))) {
            dataset.write(directory, count);
        }
        return directory;
    }
}
