package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Map;

/** CLIP's vision transformer. B = batch, T = patches + 1, C = hidden size. */
final class VisionTower {

    private static final String EMBEDDINGS = "vision_model.embeddings.";
    private static final String CLASS_TOKEN = EMBEDDINGS + "class_embedding";
    private static final String PATCH = EMBEDDINGS + "patch_embedding.weight";
    private static final String POSITIONS = EMBEDDINGS + "position_embedding.weight";
    private static final String PRE_NORM =
            "vision_model.pre_layrnorm"; // transformers' own spelling
    private static final String POST_NORM = "vision_model.post_layernorm";

    private final ClipVisionConfig config;
    private final EncoderLayers layers;
    private final TorchScriptFunction embed;
    private final TorchScriptFunction norm;

    /**
     * @param shapes receives the weights' names and shapes
     */
    VisionTower(ClipVisionConfig config, Map<String, Shape> shapes) {
        this.config = config;
        int width = config.encoder().hiddenSize();
        int patch = config.patchSize();
        shapes.put(CLASS_TOKEN, new Shape(width));
        shapes.put(PATCH, new Shape(width, config.channels(), patch, patch));
        shapes.put(POSITIONS, new Shape(config.positions(), width));
        shapes.put(PRE_NORM + ".weight", new Shape(width));
        shapes.put(PRE_NORM + ".bias", new Shape(width));
        layers = new EncoderLayers(config.encoder(), "vision_model.encoder.layers", false, shapes);
        shapes.put(POST_NORM + ".weight", new Shape(width));
        shapes.put(POST_NORM + ".bias", new Shape(width));
        embed = ClipFunctions.embedImage(patch, width);
        norm = ClipFunctions.norm(config.encoder());
    }

    /**
     * @param pixels (B, channels, image size, image size), normalised
     * @return (B, C), the normed state of the class token, in the manager of {@code pixels}
     * @throws IllegalArgumentException if the image has another size
     */
    NDArray apply(NDArray pixels, StateDict weights) {
        Shape shape = pixels.getShape();
        if (shape.dimension() != 4
                || shape.get(1) != config.channels()
                || shape.get(2) != config.imageSize()
                || shape.get(3) != config.imageSize()) {
            throw new IllegalArgumentException(
                    "Pixels of shape "
                            + shape
                            + ": expected (batch, "
                            + config.channels()
                            + ", "
                            + config.imageSize()
                            + ", "
                            + config.imageSize()
                            + "). Preprocess with ClipImageProcessor.");
        }
        NDArray x =
                embed.apply(
                        pixels,
                        weights.get(PATCH),
                        weights.get(CLASS_TOKEN),
                        weights.get(POSITIONS));
        x =
                then(
                        x,
                        norm.apply(
                                x,
                                weights.get(PRE_NORM + ".weight"),
                                weights.get(PRE_NORM + ".bias")));
        for (int i = 0; i < layers.count(); i++) {
            x = then(x, layers.apply(i, x, weights));
        }
        x = then(x, ClipFunctions.FIRST_POSITION.apply(x));
        return then(
                x,
                norm.apply(
                        x, weights.get(POST_NORM + ".weight"), weights.get(POST_NORM + ".bias")));
    }

    /**
     * Closes only our handle of what is past: while a tape records, autograd holds what it needs.
     */
    private static NDArray then(NDArray past, NDArray next) {
        past.close();
        return next;
    }
}
