package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Locale;
import java.util.Map;

/**
 * Turns timesteps, and SDXL's added conditions, into the embedding that every resnet takes (Ho et
 * al., arXiv 2006.11239, appendix B; SDXL, arXiv 2307.01952, section 2.2).
 */
final class TimeEmbedding {

    private final StateDict weights;
    private final UNetConfig config;
    private final TorchScriptFunction embed;
    private final TorchScriptFunction add;

    TimeEmbedding(UNetConfig config, StateDict weights) {
        this.config = config;
        this.weights = weights;
        this.embed =
                CheckedOperators.function(
                        "time embedding",
                        "t, w1, b1, w2, b2",
                        "e = torch.to("
                                + sinusoid("t", config.baseChannels())
                                + ", w1.dtype)\n" // weights may be in double precision
                                + "return __torch__.linear(__torch__.silu(__torch__.linear(e, w1, b1)), w2, b2)");
        this.add =
                config.addition()
                        .map(
                                addition ->
                                        CheckedOperators.function(
                                                "added embedding",
                                                "emb, text_embeds, time_ids, w1, b1, w2, b2",
                                                "ids = torch.reshape(time_ids, [-1])\n"
                                                        + "s = "
                                                        + sinusoid("ids", addition.timeEmbedDim())
                                                        + "\n"
                                                        // (B * ids, d) to (B, ids * d)
                                                        + "s = torch.reshape(s, [text_embeds.size(0), -1])\n"
                                                        + "e = torch.cat([text_embeds, s], 1)\n"
                                                        + "return emb + __torch__.linear(__torch__.silu("
                                                        + "__torch__.linear(e, w1, b1)), w2, b2)"))
                        .orElse(null);
    }

    /**
     * Writes the source of [cos, sin] of t / 10000^(i / half), as diffusers with flip_sin_to_cos
     * and freq_shift 0: (B) to (B, width).
     */
    private static String sinusoid(String t, int width) {
        int half = width / 2;
        String frequencies =
                String.format(
                        Locale.ROOT,
                        "torch.exp(torch.arange(%d, dtype=6, layout=0, device=%s.device) * %.17f)",
                        half,
                        t,
                        -Math.log(10000) / half);
        String angles =
                "torch.unsqueeze(torch.to("
                        + t
                        + ", 6), 1) * torch.unsqueeze("
                        + frequencies
                        + ", 0)";
        return "torch.cat([torch.cos(" + angles + "), torch.sin(" + angles + ")], 1)";
    }

    static Map<String, Shape> tensors(UNetConfig config) {
        int dim = config.timeEmbedDim();
        Layer.Tensors tensors =
                new Layer.Tensors("")
                        .linear("time_embedding.linear_1", config.baseChannels(), dim)
                        .linear("time_embedding.linear_2", dim, dim);
        config.addition()
                .ifPresent(
                        addition ->
                                tensors.linear("add_embedding.linear_1", addition.inputDim(), dim)
                                        .linear("add_embedding.linear_2", dim, dim));
        return tensors.map();
    }

    /**
     * @param timestep (B), any numeric type
     * @param added SDXL's conditions, or null for models without
     * @return (B, timeEmbedDim), before the SiLU of the resnets, in the manager of {@code timestep}
     */
    NDArray forward(NDArray timestep, AddedConditions added) {
        NDArray embedding = two(embed, "time_embedding", timestep);
        if (add == null) {
            return embedding;
        }
        if (added == null) {
            throw new IllegalArgumentException(
                    "This U-Net has addition_embed_type text_time and needs text_embeds and time_ids");
        }
        try (NDArray time = embedding) {
            return add.apply(
                    time,
                    added.textEmbeds(),
                    added.timeIds(),
                    weights.get("add_embedding.linear_1.weight"),
                    weights.get("add_embedding.linear_1.bias"),
                    weights.get("add_embedding.linear_2.weight"),
                    weights.get("add_embedding.linear_2.bias"));
        }
    }

    /**
     * Computes what the resnets take: the embedding after their common SiLU.
     *
     * @param owner of the result (B, timeEmbedDim)
     */
    NDArray activated(NDArray timestep, AddedConditions added, NDManager owner) {
        NDArray embedding = forward(timestep, added);
        embedding.attach(owner);
        return UNetFunctions.silu().apply(embedding);
    }

    private NDArray two(TorchScriptFunction function, String path, NDArray input) {
        return function.apply(
                input,
                weights.get(path + ".linear_1.weight"),
                weights.get(path + ".linear_1.bias"),
                weights.get(path + ".linear_2.weight"),
                weights.get(path + ".linear_2.bias"));
    }
}
