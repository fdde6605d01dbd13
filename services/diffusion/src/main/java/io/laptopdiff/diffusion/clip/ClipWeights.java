package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.nio.file.Path;
import java.util.Map;

/** How the weights of CLIP models lie on disk. */
final class ClipWeights {

    private ClipWeights() {}

    /**
     * Reads {@code model.safetensors}; leaves out the position counters that older files hold as
     * buffers.
     */
    static StateDict read(Path directory, Map<String, Shape> shapes, NDManager parent) {
        return StateDict.read(
                directory, "model", shapes, name -> name.endsWith(".position_ids"), parent);
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
