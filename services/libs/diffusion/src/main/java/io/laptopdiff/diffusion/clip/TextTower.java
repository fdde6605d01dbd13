package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Map;

/** CLIP's text transformer. B = batch, T = tokens, C = hidden size. */
final class TextTower {

    private static final String TOKENS = "text_model.embeddings.token_embedding.weight";
    private static final String POSITIONS = "text_model.embeddings.position_embedding.weight";
    private static final String NORM = "text_model.final_layer_norm";

    private final ClipTextConfig config;
    private final EncoderLayers layers;
    private final TorchScriptFunction norm;
    private final TorchScriptFunction pool;

    /**
     * @param shapes receives the weights' names and shapes
     */
    TextTower(ClipTextConfig config, Map<String, Shape> shapes) {
        this.config = config;
        int width = config.encoder().hiddenSize();
        shapes.put(TOKENS, new Shape(config.vocabSize(), width));
        shapes.put(POSITIONS, new Shape(config.maxPositions(), width));
        layers = new EncoderLayers(config.encoder(), "text_model.encoder.layers", true, shapes);
        shapes.put(NORM + ".weight", new Shape(width));
        shapes.put(NORM + ".bias", new Shape(width));
        norm = ClipFunctions.norm(config.encoder());
        pool = ClipFunctions.pool(config);
    }

    /**
     * @param ids (B, T), INT64
     * @throws IllegalArgumentException if T is more than the config's max_position_embeddings
     */
    ClipTextOutput apply(NDArray ids, StateDict weights) {
        if (ids.getShape().dimension() != 2 || ids.getShape().get(1) > config.maxPositions()) {
            throw new IllegalArgumentException(
                    "Token ids of shape "
                            + ids.getShape()
                            + ": expected (batch, tokens) with at most max_position_embeddings = "
                            + config.maxPositions()
                            + " tokens. Encode with that maximum length.");
        }
        NDArray x =
                ClipFunctions.EMBED_TEXT.apply(ids, weights.get(TOKENS), weights.get(POSITIONS));
        for (int i = 0; i < layers.count() - 1; i++) {
            NDArray next = layers.apply(i, x, weights);
            x.close(); // only our handle: while a tape records, autograd holds what it needs
            x = next;
        }
        try (NDArray last = layers.apply(layers.count() - 1, x, weights)) {
            NDArray normed =
                    norm.apply(last, weights.get(NORM + ".weight"), weights.get(NORM + ".bias"));
            return new ClipTextOutput(normed, x, pool.apply(normed, ids));
        }
    }
}
