package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.Set;

/**
 * A whole CLIPModel, as {@code config.json} describes it.
 *
 * @param text the text tower
 * @param vision the image tower
 * @param projectionDim width of the shared embedding space
 * @param logitScaleInit what {@code logit_scale} starts training at; the logarithm of the inverse
 *     temperature
 * @param json the config as read, to be written again
 */
public record ClipConfig(
        ClipTextConfig text,
        ClipVisionConfig vision,
        int projectionDim,
        double logitScaleInit,
        ObjectNode json) {

    /**
     * Reads {@code config.json} of a directory; no weight is touched.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     missing or unsupported
     */
    public static ClipConfig read(Path directory) {
        return of(ModelConfig.read(directory, "config.json"));
    }

    /** Makes a config, as {@link #read} does, of JSON that is at hand. */
    public static ClipConfig of(ModelConfig config) {
        config.choice("model_type", "clip", Set.of("clip"));
        return new ClipConfig(
                ClipTextConfig.of(tower(config, "text_config")),
                ClipVisionConfig.of(tower(config, "vision_config")),
                EncoderConfig.positive(config, "projection_dim", 512),
                config.number(
                        "logit_scale_init_value", 2.6592), // ln(1 / 0.07), CLIP paper section 2.5
                config.json());
    }

    /**
     * Returns the config of a tower. Older files say a tower twice; transformers takes {@code
     * text_config_dict} whole where there is one, and so do published models' weights.
     */
    private static ModelConfig tower(ModelConfig config, String field) {
        String older = field + "_dict";
        return config.section(config.has(older) ? older : field);
    }
}
