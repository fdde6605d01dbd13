package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.Set;

/**
 * CLIP's text tower, as {@code config.json} describes it. Fields of transformers that concern text
 * generation or dropout say nothing about the tower and are not read.
 *
 * @param encoder the transformer
 * @param vocabSize rows of the token embedding
 * @param maxPositions the longest sequence, in tokens
 * @param projectionDim width of the text embedding, where a model projects
 * @param eosTokenId the token whose state is pooled; 2 means the largest id, as configs before
 *     transformers 4.31 have it
 * @param json the config as read, to be written again
 */
public record ClipTextConfig(
        EncoderConfig encoder,
        int vocabSize,
        int maxPositions,
        int projectionDim,
        int eosTokenId,
        ObjectNode json) {

    /**
     * Reads {@code config.json} of a directory; no weight is touched. Of a whole CLIPModel's, the
     * text tower's part is read, as transformers does.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     missing or unsupported
     */
    public static ClipTextConfig read(Path directory) {
        ModelConfig config = ModelConfig.read(directory, "config.json");
        String type =
                config.choice("model_type", "clip_text_model", Set.of("clip_text_model", "clip"));
        return of(type.equals("clip") ? config.section("text_config") : config);
    }

    /** Makes a config, as {@link #read} does, of JSON that is at hand. */
    public static ClipTextConfig of(ModelConfig config) {
        return new ClipTextConfig(
                EncoderConfig.of(config, 512, 2048, 8),
                EncoderConfig.positive(config, "vocab_size", 49408),
                EncoderConfig.positive(config, "max_position_embeddings", 77),
                EncoderConfig.positive(config, "projection_dim", 512),
                config.integer("eos_token_id", 49407),
                config.json());
    }
}
