package io.laptopdiff.diffusion.testing;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolderWriter;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A whole Stable Diffusion v1 directory with random weights: the 38 units of SD-v1.5 in 0.6 M
 * parameters, latents of 8x8, images of 32x32, the golden files' vocabulary. Written in less than a
 * second.
 */
public final class TinyTeacher {

    /** Height and width of its images, in pixels. */
    public static final int RESOLUTION = 32;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEIGHTS = "diffusion_pytorch_model";

    private static final String UNET =
            """
            {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.21.4",
             "sample_size": 8, "in_channels": 4, "out_channels": 4, "layers_per_block": 2,
             "block_out_channels": [16, 16, 32, 32], "norm_num_groups": 8, "norm_eps": 1e-05,
             "attention_head_dim": 4, "cross_attention_dim": 24,
             "down_block_types":
               ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             "mid_block_type": "UNetMidBlock2DCrossAttn",
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}""";

    private static final String VAE =
            """
            {"_class_name": "AutoencoderKL", "_diffusers_version": "0.21.4", "act_fn": "silu",
             "in_channels": 3, "out_channels": 3, "latent_channels": 4, "layers_per_block": 1,
             "block_out_channels": [8, 8, 16], "norm_num_groups": 4, "sample_size": 32, "scaling_factor": 0.9,
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}""";

    private static final String TEXT =
            """
            {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "hidden_act": "quick_gelu",
             "hidden_size": 24, "intermediate_size": 48, "num_attention_heads": 2, "num_hidden_layers": 2,
             "max_position_embeddings": 77, "vocab_size": 636, "bos_token_id": 634, "eos_token_id": 635,
             "layer_norm_eps": 1e-05, "projection_dim": 24}""";

    private static final String SCHEDULER =
            """
            {"_class_name": "DDIMScheduler", "_diffusers_version": "0.21.4", "num_train_timesteps": 1000,
             "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": false,
             "prediction_type": "epsilon", "set_alpha_to_one": false, "steps_offset": 1,
             "timestep_spacing": "leading"}""";

    private static final String INDEX =
            """
            {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.21.4",
             "feature_extractor": [null, null], "requires_safety_checker": false, "safety_checker": [null, null],
             "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"]}""";

    private TinyTeacher() {}

    /**
     * Writes the pipeline directory; the same seed gives the same bytes.
     *
     * @param directory made where it is missing
     */
    public static void write(Path directory, long seed) throws IOException {
        json(directory.resolve("model_index.json"), INDEX);
        json(directory.resolve("scheduler/scheduler_config.json"), SCHEDULER);
        writeUnet(directory, UNET, seed);
        writeEncoders(directory, seed);
    }

    /** As {@link #write}, with a U-Net of three resnets and nothing else, for very many steps. */
    public static void writeLeast(Path directory, long seed) throws IOException {
        write(directory, seed);
        ObjectNode config = (ObjectNode) JSON.readTree(UNET);
        config.put("layers_per_block", 1).putNull("mid_block_type");
        config.putArray("block_out_channels").add(8);
        config.putArray("down_block_types").add("DownBlock2D");
        config.putArray("up_block_types").add("UpBlock2D");
        writeUnet(directory, config.toString(), seed);
    }

    static void writeUnet(Path directory, String config, long seed) throws IOException {
        json(directory.resolve("unet/config.json"), config);
        try (NDManager manager = NDManager.newBaseManager()) {
            UNetLayout layout = UNetLayout.of(UNetConfig.read(directory.resolve("unet")));
            StateDict.random(layout.tensors(), seed, manager)
                    .write(directory.resolve("unet"), UNet2DConditionModel.WEIGHTS, TensorType.F32);
        }
    }

    /** Autoencoder, text encoder and tokenizer. */
    static void writeEncoders(Path directory, long seed) throws IOException {
        json(directory.resolve("vae/config.json"), VAE);
        json(directory.resolve("text_encoder/config.json"), TEXT);
        writeTokenizer(directory.resolve("tokenizer"));
        try (NDManager manager = NDManager.newBaseManager()) {
            VaeConfig vae = VaeConfig.read(directory.resolve("vae"));
            StateDict.random(AutoencoderKL.tensors(vae), seed + 1, manager)
                    .write(directory.resolve("vae"), WEIGHTS, TensorType.F32);
            ClipTextConfig text = ClipTextConfig.of(ModelConfig.of(directory, JSON.readTree(TEXT)));
            StateDict.random(ClipTextModel.tensors(text), seed + 2, manager)
                    .write(directory.resolve("text_encoder"), "model", TensorType.F32);
        }
    }

    /**
     * Writes an image folder of coloured noise with captions.
     *
     * @param directory must not exist, or be empty
     */
    public static void writeImages(Path directory, int images, long seed) throws IOException {
        String[] colours = {"red", "green", "blue"};
        Random random = new Random(seed);
        try (ImageFolderWriter writer = ImageFolderWriter.create(directory)) {
            for (int i = 0; i < images; i++) {
                int area = RESOLUTION * RESOLUTION;
                float[] pixels = new float[3 * area]; // (3, height, width)
                for (int p = 0; p < pixels.length; p++) {
                    float base = p / area == i % 3 ? 0.6f : -0.6f;
                    pixels[p] = base + 0.3f * (random.nextFloat() - 0.5f);
                }
                writer.add(
                        new CaptionedImage(
                                pixels,
                                RESOLUTION,
                                RESOLUTION,
                                "a " + colours[i % 3] + " picture " + i));
            }
            writer.finish();
        }
    }

    static void writeTokenizer(Path directory) throws IOException {
        for (String file : new String[] {"vocab.json", "merges.txt", "tokenizer_config.json"}) {
            copyGolden("tokenizer/" + file, directory.resolve(file));
        }
    }

    static void json(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        ObjectNode node = (ObjectNode) JSON.readTree(content);
        Files.writeString(file, node.toPrettyString());
    }

    private static void copyGolden(String name, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream golden = TinyTeacher.class.getResourceAsStream("/golden/" + name)) {
            if (golden == null) {
                throw new IllegalStateException(
                        "golden/" + name + " is not among the test resources of diffusion");
            }
            Files.write(target, golden.readAllBytes());
        }
    }
}
