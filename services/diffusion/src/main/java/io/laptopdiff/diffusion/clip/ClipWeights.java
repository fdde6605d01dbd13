package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointHeaders;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorStream;
import java.nio.file.Path;
import java.util.Map;

/** How the weights of CLIP models lie on disk. */
final class ClipWeights {

    private static final String BASE_NAME = "model";

    private ClipWeights() {}

    /**
     * Reads {@code model.safetensors}; leaves out the position counters that older files hold as
     * buffers.
     */
    static StateDict read(Path directory, Map<String, Shape> shapes, NDManager parent) {
        return StateDict.read(directory, BASE_NAME, shapes, ClipWeights::isCounter, parent);
    }

    /** Holds a directory to what {@link #read} does, and keeps nothing. */
    static void verify(Path directory, Map<String, Shape> shapes, NDManager parent) {
        TensorStream.verify(directory, BASE_NAME, shapes, ClipWeights::isCounter, parent);
    }

    /** Holds the headers of a directory's files to what {@link #read} expects of them. */
    static void verifyHeaders(Path directory, Map<String, Shape> shapes) {
        CheckpointHeaders.require(directory, BASE_NAME, shapes, ClipWeights::isCounter);
    }

    private static boolean isCounter(String tensor) {
        return tensor.endsWith(".position_ids");
    }

    /** Refuses weights that are not those of the config. */
    static StateDict checked(StateDict weights, Map<String, Shape> shapes) {
        if (!weights.shapes().equals(shapes)) {
            throw new IllegalArgumentException(
                    "The weights are not those of the config: expected " + shapes);
        }
        return weights;
    }
}
