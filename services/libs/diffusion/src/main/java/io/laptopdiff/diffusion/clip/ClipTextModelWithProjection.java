package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * transformers' {@code CLIPTextModelWithProjection}: the text tower and its projection into the
 * space shared with images. The second text encoder of SDXL.
 *
 * <p>Runs under a {@code GradientTape} when its weights require gradients. B = batch, T = tokens.
 */
public final class ClipTextModelWithProjection implements AutoCloseable {

    private static final String PROJECTION = "text_projection.weight";

    private final ClipTextConfig config;
    private final TextTower tower;
    private final StateDict weights;

    private ClipTextModelWithProjection(ClipTextConfig config, TextTower tower, StateDict weights) {
        this.config = config;
        this.tower = tower;
        this.weights = weights;
    }

    /**
     * Reads a directory with {@code config.json} and safetensors weights.
     *
     * @param parent the weights live in a sub-manager of it, until {@link #close}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the config or the weights
     *     cannot be used
     */
    public static ClipTextModelWithProjection load(Path directory, NDManager parent) {
        ClipTextConfig config = ClipTextConfig.read(directory);
        return of(config, ClipWeights.read(directory, tensors(config), parent));
    }

    /**
     * Holds a directory's config and the headers of its weights to what {@link #load} expects of
     * them; reads no weight and needs no engine.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static void verifyHeaders(Path directory) {
        ClipWeights.verifyHeaders(directory, tensors(ClipTextConfig.read(directory)));
    }

    /**
     * Makes a model of given weights, which it takes over.
     *
     * @param weights the tensors of {@link #tensors}
     */
    public static ClipTextModelWithProjection of(ClipTextConfig config, StateDict weights) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        TextTower tower = lay(config, shapes);
        return new ClipTextModelWithProjection(config, tower, ClipWeights.checked(weights, shapes));
    }

    /** Returns name and shape of every tensor that a model of this config has. */
    public static Map<String, Shape> tensors(ClipTextConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        lay(config, shapes);
        return shapes;
    }

    private static TextTower lay(ClipTextConfig config, Map<String, Shape> shapes) {
        TextTower tower = new TextTower(config, shapes);
        shapes.put(PROJECTION, new Shape(config.projectionDim(), config.encoder().hiddenSize()));
        return tower;
    }

    /**
     * Encodes captions.
     *
     * @param ids (B, T) token ids, INT64; the results belong to its manager
     */
    public ClipTextOutput encode(NDArray ids) {
        return tower.apply(ids, weights);
    }

    /**
     * Computes the projected embedding of encoded captions.
     *
     * @return (B, projection dim), not normalised, in the manager of {@code output}
     */
    public NDArray textEmbeds(ClipTextOutput output) {
        return ClipFunctions.PROJECT.apply(output.pooled(), weights.get(PROJECTION));
    }

    /** Returns the config of this model. */
    public ClipTextConfig config() {
        return config;
    }

    /** Returns the weights, owned by this model. */
    public StateDict weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
    }
}
