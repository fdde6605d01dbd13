package io.laptopdiff.diffusion.testing;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A whole SDXL directory with random weights: three stages, two text encoders with tokenizers that
 * pad differently, Euler's sampler; latents of 8x8, images of 32x32. Images for it are {@link
 * TinyTeacher#writeImages}.
 */
public final class TinyXlTeacher {

    private static final String UNET =
            """
            {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.21.4",
             "sample_size": 8, "in_channels": 4, "out_channels": 4, "layers_per_block": 2,
             "block_out_channels": [16, 16, 32], "norm_num_groups": 8, "norm_eps": 1e-05,
             "attention_head_dim": [2, 4, 4], "cross_attention_dim": 40, "use_linear_projection": true,
             "transformer_layers_per_block": [1, 2, %d],
             "addition_embed_type": "text_time", "addition_time_embed_dim": 8,
             "projection_class_embeddings_input_dim": 68,
             "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
             "mid_block_type": "UNetMidBlock2DCrossAttn",
             "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]}""";

    private static final String TEXT_2 =
            """
            {"architectures": ["CLIPTextModelWithProjection"], "model_type": "clip_text_model",
             "hidden_act": "gelu", "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2,
             "num_hidden_layers": 3, "max_position_embeddings": 77, "vocab_size": 636,
             "bos_token_id": 634, "eos_token_id": 635, "layer_norm_eps": 1e-05, "projection_dim": 20}""";

    private static final String SCHEDULER =
            """
            {"_class_name": "EulerDiscreteScheduler", "_diffusers_version": "0.21.4",
             "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
             "beta_schedule": "scaled_linear", "prediction_type": "epsilon",
             "interpolation_type": "linear", "use_karras_sigmas": false, "steps_offset": 1,
             "timestep_spacing": "leading"}""";

    private static final String INDEX =
            """
            {"_class_name": "StableDiffusionXLPipeline", "_diffusers_version": "0.21.4",
             "force_zeros_for_empty_prompt": true, "scheduler": ["diffusers", "EulerDiscreteScheduler"],
             "text_encoder": ["transformers", "CLIPTextModel"],
             "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
             "tokenizer": ["transformers", "CLIPTokenizer"],
             "tokenizer_2": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"]}""";

    private TinyXlTeacher() {}

    /** With the depths that Segmind-Vega is cut from, 2 in the innermost stage: 39 units. */
    public static void write(Path directory, long seed) throws IOException {
        write(directory, 2, seed);
    }

    /**
     * Writes the pipeline directory; the same seed gives the same bytes.
     *
     * @param directory made where it is missing
     * @param depth of the transformers of the innermost stage and the middle; SDXL's is 10
     */
    public static void write(Path directory, int depth, long seed) throws IOException {
        TinyTeacher.json(directory.resolve("model_index.json"), INDEX);
        TinyTeacher.json(directory.resolve("scheduler/scheduler_config.json"), SCHEDULER);
        TinyTeacher.writeUnet(directory, UNET.formatted(depth), seed);
        TinyTeacher.writeEncoders(directory, seed);
        Path tokenizer = directory.resolve("tokenizer_2");
        TinyTeacher.writeTokenizer(tokenizer);
        Path config = tokenizer.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"pad_token\": \"<|endoftext|>\"", "\"pad_token\": \"!\""));
        Path text = directory.resolve("text_encoder_2");
        TinyTeacher.json(text.resolve("config.json"), TEXT_2);
        try (NDManager manager = NDManager.newBaseManager()) {
            ClipTextConfig read =
                    ClipTextConfig.of(
                            ModelConfig.of(directory, new ObjectMapper().readTree(TEXT_2)));
            StateDict.random(ClipTextModelWithProjection.tensors(read), seed + 3, manager)
                    .write(text, "model", TensorType.F32);
        }
    }
}
