package io.laptopdiff.diffusion.clip;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Set;

/**
 * The transformer inside a tower.
 *
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the MLP
 * @param layers number of layers
 * @param heads attention heads
 * @param activation {@code quick_gelu} or {@code gelu}
 * @param layerNormEps epsilon of every layer norm
 */
public record EncoderConfig(
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        String activation,
        double layerNormEps) {

    /**
     * Reads the fields that both towers share; the absent ones take the given defaults of
     * transformers.
     */
    static EncoderConfig of(ModelConfig config, int hiddenSize, int intermediateSize, int heads) {
        EncoderConfig encoder =
                new EncoderConfig(
                        positive(config, "hidden_size", hiddenSize),
                        positive(config, "intermediate_size", intermediateSize),
                        positive(config, "num_hidden_layers", 12),
                        positive(config, "num_attention_heads", heads),
                        config.choice("hidden_act", "quick_gelu", Set.of("quick_gelu", "gelu")),
                        config.number("layer_norm_eps", 1e-5));
        if (encoder.hiddenSize() % encoder.heads() != 0) {
            throw config.refuse(
                    "num_attention_heads", "a divisor of hidden_size " + encoder.hiddenSize());
        }
        if (!(encoder.layerNormEps() > 0)) {
            throw config.refuse("layer_norm_eps", "a positive number");
        }
        return encoder;
    }

    static int positive(ModelConfig config, String field, int absent) {
        return config.has(field) ? config.requirePositive(field) : absent;
    }
}
