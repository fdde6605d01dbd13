package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointHeaders;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads and checks the weights of CLIP models on disk. */
final class ClipWeights {

    private static final String BASE_NAME = "model";

    private static final Pattern PASSED_OVER =
            Pattern.compile(
                    "(text_model\\.|vision_model\\.)?encoder\\.layers\\.\\d+\\."
                            + "|vision_model\\.|(visual|text)_projection\\.weight$|logit_scale$");

    private ClipWeights() {}

    /**
     * Reads {@code model.safetensors}; leaves out what transformers passes over, such as the
     * position counters that older files hold as buffers.
     */
    static StateDict read(Path directory, Map<String, Shape> shapes, NDManager parent) {
        return StateDict.read(directory, BASE_NAME, shapes, ClipWeights::isUnread, parent);
    }

    /** Holds a directory to what {@link #read} does, and keeps nothing. */
    static void verify(Path directory, Map<String, Shape> shapes, NDManager parent) {
        TensorStream.verify(directory, BASE_NAME, shapes, ClipWeights::isUnread, parent);
    }

    /** Holds the headers of a directory's files to what {@link #read} expects of them. */
    static void verifyHeaders(Path directory, Map<String, Shape> shapes) {
        CheckpointHeaders.require(directory, BASE_NAME, shapes, ClipWeights::isUnread);
    }

    /**
     * Returns whether a tensor is one that no model of the config has: the counters, layers beyond
     * those that the config counts (as people skip the last ones), and of a text encoder's file,
     * the rest of a CLIPModel.
     */
    private static boolean isUnread(String tensor) {
        return tensor.endsWith(".position_ids") || PASSED_OVER.matcher(tensor).lookingAt();
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
