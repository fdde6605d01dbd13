package io.laptopdiff.diffusion.clip;

import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The TorchScript of the towers around their layers. B = batch, T = positions, C = hidden size. */
final class ClipFunctions {

    private static final Map<String, TorchScriptFunction> BY_BODY = new ConcurrentHashMap<>();

    /** Embeds token ids (B, T) with token and position embeddings to (B, T, C). */
    static final TorchScriptFunction EMBED_TEXT =
            CheckedOperators.function(
                    "clip text embedding",
                    "ids, tokens, positions",
                    """
                    p = torch.slice(positions, 0, 0, torch.size(ids, 1), 1)
                    return torch.add(torch.embedding(tokens, ids), p)""");

    /** Takes the first position of each row: (B, T, C) to (B, C). */
    static final TorchScriptFunction FIRST_POSITION =
            CheckedOperators.function("clip class token", "x", "return torch.select(x, 1, 0)");

    /** Projects (B, C) with a weight (E, C) to (B, E). */
    static final TorchScriptFunction PROJECT =
            CheckedOperators.function(
                    "clip projection", "x, w", "return __torch__.linear(x, w, None)");

    /**
     * Maps image and text embeddings (I, E), (B, E) and logit_scale () to exp(logit_scale) * cosine
     * (I, B).
     */
    static final TorchScriptFunction LOGITS_PER_IMAGE =
            CheckedOperators.function(
                    "clip logits",
                    "image, text, scale",
                    """
                    i = torch.div(image, torch.norm(image, 2, [1], True))
                    t = torch.div(text, torch.norm(text, 2, [1], True))
                    return torch.mul(torch.matmul(i, torch.t(t)), torch.exp(scale))""");

    private ClipFunctions() {}

    /** Returns a layer norm over the last dimension, of the arguments x, weight and bias. */
    static TorchScriptFunction norm(EncoderConfig config) {
        String body = "return __torch__.layer_norm(x, w, b, " + config.layerNormEps() + ")";
        return cached("clip norm", "x, w, b", body);
    }

    /**
     * Returns a function that takes the state at the first end token: x (B, T, C), ids (B, T) to
     * (B, C). Without an end token, that of the first token, as in transformers.
     */
    static TorchScriptFunction pool(ClipTextConfig config) {
        // Configs written before transformers 4.31 say 2 where the end token is in truth the
        // largest id.
        String marks =
                config.eosTokenId() == 2
                        ? "ids"
                        : "torch.mul(torch.eq(ids, " + config.eosTokenId() + "), 1)";
        return cached(
                "clip pooling",
                "x, ids",
                """
                i = torch.reshape(torch.argmax(MARKS, 1), [-1, 1, 1])
                return torch.squeeze(torch.gather(x, 1, torch.expand(i, [-1, -1, C])), 1)"""
                        .replace("MARKS", marks)
                        .replace("C]", config.encoder().hiddenSize() + "]"));
    }

    /**
     * Returns a function of pixels (B, 3, H, W), patch kernel, class token (C) and positions (T, C)
     * to (B, T, C).
     */
    static TorchScriptFunction embedImage(int patchSize, int hiddenSize) {
        return cached(
                "clip image embedding",
                "pixels, patch, token, positions",
                """
                g = __torch__.conv2d(pixels, patch, None, [P, P], [0, 0])
                t = torch.transpose(torch.flatten(g, 2, 3), 1, 2)
                c = torch.expand(token, [torch.size(pixels, 0), 1, C])
                return torch.add(torch.cat([c, t], 1), positions)"""
                        .replace("P", Integer.toString(patchSize))
                        .replace("C]", hiddenSize + "]"));
    }

    private static TorchScriptFunction cached(String name, String arguments, String body) {
        return BY_BODY.computeIfAbsent(
                body, key -> CheckedOperators.function(name, arguments, key));
    }
}
