package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Checks checkpoints by the headers of their files alone: no weight is read, and no engine is
 * needed. A file that is shorter than its header says is found, too; numbers that are not finite
 * are not.
 */
public final class CheckpointHeaders {

    private CheckpointHeaders() {}

    /**
     * Holds a checkpoint to name and shape of every tensor.
     *
     * @param directory holds {@code <baseName>.safetensors} or {@code
     *     <baseName>.safetensors.index.json}
     * @param expected every tensor of the model with its shape
     * @throws CheckpointException if a file or tensor is missing, unexpected, of the wrong shape,
     *     cut off or pickled
     */
    public static void require(Path directory, String baseName, Map<String, Shape> expected) {
        require(directory, baseName, expected, name -> false);
    }

    /**
     * Holds a checkpoint to name and shape of every tensor, passing over those that nobody needs.
     *
     * @param ignored says by its name which tensor may be there without being expected
     * @throws CheckpointException if a file or tensor is missing, unexpected, of the wrong shape,
     *     cut off or pickled
     */
    public static void require(
            Path directory,
            String baseName,
            Map<String, Shape> expected,
            Predicate<String> ignored) {
        try (CheckpointFiles files = CheckpointFiles.open(directory, baseName)) {
            files.require(expected, ignored);
        }
    }
}
