package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The pre-norm transformer layers of a tower, one TorchScript call each.
 *
 * <p>B = batch, T = positions, C = hidden size, d = C / heads.
 */
final class EncoderLayers {

    private static final Map<String, TorchScriptFunction> BY_STRUCTURE = new ConcurrentHashMap<>();

    private static final String BODY =
            """
            b = torch.size(x, 0)
            t = torch.size(x, 1)
            n = __torch__.layer_norm(x, n1w, n1b, EPS)
            q = torch.transpose(torch.reshape(__torch__.linear(n, qw, qb), [b, t, HEADS, D]), 1, 2)
            k = torch.transpose(torch.reshape(__torch__.linear(n, kw, kb), [b, t, HEADS, D]), 1, 2)
            v = torch.transpose(torch.reshape(__torch__.linear(n, vw, vb), [b, t, HEADS, D]), 1, 2)
            a = __torch__.attention(q, k, v, CAUSAL)
            m = torch.reshape(torch.transpose(a, 1, 2), [b, t, C])
            y = torch.add(x, __torch__.linear(m, ow, ob))
            f = __torch__.linear(__torch__.layer_norm(y, n2w, n2b, EPS), f1w, f1b)
            return torch.add(y, __torch__.linear(ACTIVATION, f2w, f2b))""";

    private static final List<String> PARTS =
            List.of(
                    "layer_norm1",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.out_proj",
                    "layer_norm2",
                    "mlp.fc1",
                    "mlp.fc2");

    private final TorchScriptFunction function;
    private final List<List<String>> namesOfLayer = new ArrayList<>();

    /**
     * @param path e.g. {@code text_model.encoder.layers}
     * @param causal whether a position sees only itself and those before it
     * @param shapes receives the weights' names and shapes
     */
    EncoderLayers(EncoderConfig config, String path, boolean causal, Map<String, Shape> shapes) {
        function = BY_STRUCTURE.computeIfAbsent(body(config, causal), EncoderLayers::compile);
        int width = config.hiddenSize();
        for (int i = 0; i < config.layers(); i++) {
            List<String> names = new ArrayList<>();
            for (String part : PARTS) {
                int out = part.equals("mlp.fc1") ? config.intermediateSize() : width;
                int in = part.equals("mlp.fc2") ? config.intermediateSize() : width;
                String name = path + "." + i + "." + part;
                shapes.put(
                        name + ".weight",
                        part.startsWith("layer_norm") ? new Shape(width) : new Shape(out, in));
                shapes.put(name + ".bias", new Shape(out));
                names.add(name + ".weight");
                names.add(name + ".bias");
            }
            namesOfLayer.add(names);
        }
    }

    private static TorchScriptFunction compile(String body) {
        return CheckedOperators.function(
                "clip layer",
                "x, n1w, n1b, qw, qb, kw, kb, vw, vb, ow, ob, n2w, n2b, f1w, f1b, f2w, f2b",
                body);
    }

    private static String body(EncoderConfig config, boolean causal) {
        String activation =
                config.activation().equals("gelu")
                        ? "__torch__.gelu(f)"
                        : "torch.mul(f, torch.sigmoid(torch.mul(f, 1.702)))";
        return BODY.replace("t, C]", "t, " + config.hiddenSize() + "]")
                .replace("HEADS", Integer.toString(config.heads()))
                .replace("D]", config.hiddenSize() / config.heads() + "]")
                .replace("EPS", Double.toString(config.layerNormEps()))
                .replace("CAUSAL", causal ? "True" : "False")
                .replace("ACTIVATION", activation);
    }

    int count() {
        return namesOfLayer.size();
    }

    /**
     * @param x (B, T, C)
     * @return (B, T, C), a new array in the manager of {@code x}
     */
    NDArray apply(int layer, NDArray x, StateDict weights) {
        return function.apply(
                Stream.concat(Stream.of(x), namesOfLayer.get(layer).stream().map(weights::get))
                        .toArray(NDArray[]::new));
    }
}
