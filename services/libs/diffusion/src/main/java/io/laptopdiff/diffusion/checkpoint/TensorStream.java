package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Goes through the tensors of a checkpoint one after the other, with one in memory at a time. */
public final class TensorStream {

    private TensorStream() {}

    /**
     * Holds a checkpoint to everything that {@link StateDict#read(Path, String, Map, NDManager)}
     * does, and keeps nothing.
     *
     * @throws CheckpointException as {@code read}
     */
    public static void verify(
            Path directory, String baseName, Map<String, Shape> expected, NDManager parent) {
        verify(directory, baseName, expected, name -> false, parent);
    }

    /** Checks as the other {@code verify} does, but passes over tensors that nobody needs. */
    public static void verify(
            Path directory,
            String baseName,
            Map<String, Shape> expected,
            Predicate<String> ignored,
            NDManager parent) {
        forEach(directory, baseName, expected, ignored, parent, (name, array) -> {});
    }

    /**
     * Shows the tensors of a checkpoint in the order of their names.
     *
     * @param look must not keep the array, which is FLOAT32
     * @throws CheckpointException as {@link StateDict#read(Path, String, Map, NDManager)}
     */
    public static void forEach(
            Path directory,
            String baseName,
            Map<String, Shape> expected,
            NDManager parent,
            BiConsumer<String, NDArray> look) {
        forEach(directory, baseName, expected, name -> false, parent, look);
    }

    private static void forEach(
            Path directory,
            String baseName,
            Map<String, Shape> expected,
            Predicate<String> ignored,
            NDManager parent,
            BiConsumer<String, NDArray> look) {
        try (CheckpointFiles files = CheckpointFiles.open(directory, baseName);
                NDManager owner = parent.newSubManager()) {
            files.require(expected, ignored);
            for (String name : expected.keySet()) {
                try (NDArray array = files.tensor(name).readFloat32(owner)) {
                    look.accept(name, array);
                }
            }
        }
    }
}
