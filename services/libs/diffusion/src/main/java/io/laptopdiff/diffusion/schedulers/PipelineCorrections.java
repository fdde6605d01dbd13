package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;

/**
 * Makes the corrections of diffusers' {@code StableDiffusionPipeline} in the config of the sampler
 * that it is given. Files of the first Stable Diffusion checkpoints lack {@code clip_sample} and
 * {@code steps_offset}, and the samplers' defaults for them, true and 0, are not how those models
 * draw.
 */
final class PipelineCorrections {

    private PipelineCorrections() {}

    /**
     * @param pipeline a directory with {@code model_index.json}
     * @param scheduler stays untouched
     */
    static ModelConfig of(Path pipeline, ModelConfig scheduler) {
        ModelConfig index = ModelConfig.read(pipeline, "model_index.json");
        if (!index.node("_class_name").asText().equals("StableDiffusionPipeline")) {
            return scheduler; // SDXL's pipeline corrects nothing
        }
        ObjectNode json = scheduler.json();
        json.put("steps_offset", 1);
        json.put("clip_sample", false);
        return ModelConfig.of(scheduler.file(), json);
    }
}
