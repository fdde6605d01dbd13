package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.common.Trees;
import io.laptopdiff.common.WholeFiles;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.training.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoints of one stage: {@code step-000500} directories that appear whole or not at all;
 * the last one stays.
 */
final class Checkpoints {

    private static final String WEIGHTS = "weights";
    private static final String AVERAGE = "average";
    private static final String OPTIMIZER = "optimizer";

    private final Path directory;

    Checkpoints(Path directory) {
        this.directory = directory;
    }

    /** The directory of the last whole checkpoint. */
    Optional<Path> last() throws IOException {
        List<Path> whole = whole();
        return whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
    }

    static StateDict weights(Path checkpoint, Map<String, Shape> shapes, NDManager parent) {
        return StateDict.read(checkpoint, WEIGHTS, shapes, parent);
    }

    static StateDict average(Path checkpoint, Map<String, Shape> shapes, NDManager parent) {
        return StateDict.read(checkpoint, AVERAGE, shapes, parent);
    }

    static void readInto(AdamW optimizer, Path checkpoint) {
        optimizer.read(checkpoint, OPTIMIZER);
    }

    void write(Progress progress, StateDict weights, StateDict average, AdamW optimizer)
            throws IOException {
        Path target = directory.resolve(String.format(Locale.ROOT, "step-%06d", progress.step()));
        WholeFiles.writeDirectory(
                target,
                part -> {
                    weights.write(part, WEIGHTS, TensorType.F32);
                    average.write(part, AVERAGE, TensorType.F32);
                    optimizer.write(part, OPTIMIZER);
                    progress.write(part);
                });
        for (Path old : everything()) {
            if (!old.equals(target)) {
                Trees.delete(old);
            }
        }
    }

    private List<Path> whole() throws IOException {
        return everything().stream()
                .filter(path -> path.getFileName().toString().startsWith("step-"))
                .sorted()
                .toList();
    }

    private List<Path> everything() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> listing = Files.list(directory)) {
            return listing.toList();
        }
    }
}
