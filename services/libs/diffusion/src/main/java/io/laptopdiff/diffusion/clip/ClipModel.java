package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * transformers' {@code CLIPModel}: text and image towers with one shared embedding space (Radford
 * et al., 2021).
 *
 * <p>Runs under a {@code GradientTape} when its weights require gradients. B = captions, I =
 * images, E = projection dim.
 */
public final class ClipModel implements AutoCloseable {

    private static final String TEXT_PROJECTION = "text_projection.weight";
    private static final String VISUAL_PROJECTION = "visual_projection.weight";
    private static final String LOGIT_SCALE = "logit_scale";

    private final ClipConfig config;
    private final Towers towers;
    private final StateDict weights;

    private record Towers(TextTower text, VisionTower vision) {}

    private ClipModel(ClipConfig config, StateDict weights) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        this.config = config;
        this.towers = lay(config, shapes);
        this.weights = ClipWeights.checked(weights, shapes);
    }

    /**
     * Reads a directory with {@code config.json} and safetensors weights.
     *
     * @param parent the weights live in a sub-manager of it, until {@link #close}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the config or the weights
     *     cannot be used
     */
    public static ClipModel load(Path directory, NDManager parent) {
        ClipConfig config = ClipConfig.read(directory);
        return of(config, ClipWeights.read(directory, tensors(config), parent));
    }

    /**
     * Holds a directory to everything that {@link #load} does, one tensor in memory at a time.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException as {@code load}
     */
    public static void verify(Path directory, NDManager parent) {
        ClipWeights.verify(directory, tensors(ClipConfig.read(directory)), parent);
    }

    /**
     * Holds a directory's config and the headers of its weights to what {@link #load} expects of
     * them; reads no weight and needs no engine.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static void verifyHeaders(Path directory) {
        ClipWeights.verifyHeaders(directory, tensors(ClipConfig.read(directory)));
    }

    /**
     * Makes a model of given weights, which it takes over.
     *
     * @param weights the tensors of {@link #tensors}
     */
    public static ClipModel of(ClipConfig config, StateDict weights) {
        return new ClipModel(config, weights);
    }

    /** Returns name and shape of every tensor that a model of this config has. */
    public static Map<String, Shape> tensors(ClipConfig config) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        lay(config, shapes);
        return Collections.unmodifiableMap(shapes);
    }

    private static Towers lay(ClipConfig config, Map<String, Shape> shapes) {
        int dim = config.projectionDim();
        shapes.put(TEXT_PROJECTION, new Shape(dim, config.text().encoder().hiddenSize()));
        shapes.put(VISUAL_PROJECTION, new Shape(dim, config.vision().encoder().hiddenSize()));
        shapes.put(LOGIT_SCALE, new Shape());
        return new Towers(
                new TextTower(config.text(), shapes), new VisionTower(config.vision(), shapes));
    }

    /**
     * Computes the hidden states of captions.
     *
     * @param ids (B, T) token ids, INT64; the results belong to its manager
     */
    public ClipTextOutput encode(NDArray ids) {
        return towers.text().apply(ids, weights);
    }

    /**
     * Computes the embeddings of captions.
     *
     * @param ids (B, T) token ids, INT64
     * @return (B, E), not normalised, in the manager of {@code ids}
     */
    public NDArray textEmbeds(NDArray ids) {
        ClipTextOutput output = encode(ids);
        output.lastHiddenState().close();
        output.penultimateHiddenState().close();
        try (NDArray pooled = output.pooled()) {
            return ClipFunctions.PROJECT.apply(pooled, weights.get(TEXT_PROJECTION));
        }
    }

    /**
     * Computes the embeddings of images.
     *
     * @param pixels (I, 3, size, size) from {@link ClipImageProcessor}
     * @return (I, E), not normalised, in the manager of {@code pixels}
     */
    public NDArray imageEmbeds(NDArray pixels) {
        try (NDArray pooled = imageFeatures(pixels)) {
            return ClipFunctions.PROJECT.apply(pooled, weights.get(VISUAL_PROJECTION));
        }
    }

    /**
     * Computes the image tower's normed class token before the projection.
     *
     * @param pixels (I, 3, size, size) from {@link ClipImageProcessor}
     * @return (I, hidden size), in the manager of {@code pixels}
     */
    public NDArray imageFeatures(NDArray pixels) {
        return towers.vision().apply(pixels, weights);
    }

    /**
     * Computes the similarity of every image to every caption: exp(logit_scale) times the cosine of
     * the embeddings.
     *
     * @param imageEmbeds (I, E)
     * @param textEmbeds (B, E)
     * @return (I, B), in the manager of {@code imageEmbeds}
     */
    public NDArray logitsPerImage(NDArray imageEmbeds, NDArray textEmbeds) {
        return ClipFunctions.LOGITS_PER_IMAGE.apply(
                imageEmbeds, textEmbeds, weights.get(LOGIT_SCALE));
    }

    /** Returns exp(logit_scale), by which {@link #logitsPerImage} multiplies a cosine. */
    public double scale() {
        return Math.exp(weights.get(LOGIT_SCALE).toFloatArray()[0]);
    }

    /** Returns the config of this model. */
    public ClipConfig config() {
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
