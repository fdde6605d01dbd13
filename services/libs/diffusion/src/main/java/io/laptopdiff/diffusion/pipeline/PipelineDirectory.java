package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.AdditionEmbedding;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Reads a diffusers pipeline directory: every config before any weight. */
final class PipelineDirectory {

    private static final String XL = "StableDiffusionXLPipeline";

    private final Path directory;
    private final ModelConfig index;
    private final boolean xl;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private PipelineDirectory(Path directory) {
        this.directory = directory;
        this.index = ModelConfig.read(directory, "model_index.json");
        this.xl = index.choice("_class_name", "", Set.of("StableDiffusionPipeline", XL)).equals(XL);
    }

    static StableDiffusionPipeline load(Path directory, NDManager parent) {
        PipelineDirectory parts = new PipelineDirectory(directory);
        parts.requireParts(); // first, for a wrong part says more than its sampler
        return parts.load(Scheduler.ofPipeline(directory), parent);
    }

    static StableDiffusionPipeline load(Path directory, Scheduler scheduler, NDManager parent) {
        PipelineDirectory parts = new PipelineDirectory(directory);
        parts.requireParts();
        return parts.load(scheduler, parent);
    }

    static TextEncoders loadTextEncoders(Path directory, NDManager parent) {
        PipelineDirectory parts = new PipelineDirectory(directory);
        parts.requireParts();
        try {
            return new TextEncoders(parts.prompts(parent));
        } catch (RuntimeException e) {
            StableDiffusionPipeline.closeAll(parts.opened);
            throw e;
        }
    }

    static void verifyTextEncoders(Path directory) {
        PipelineDirectory parts = new PipelineDirectory(directory);
        parts.requireParts();
        parts.verifyTextEncoder("text_encoder", "tokenizer");
        ClipTextModel.verifyHeaders(directory.resolve("text_encoder"));
        if (parts.xl) {
            parts.verifyTextEncoder("text_encoder_2", "tokenizer_2");
            ClipTextModelWithProjection.verifyHeaders(directory.resolve("text_encoder_2"));
        }
    }

    private void verifyTextEncoder(String encoder, String tokenizer) {
        try (ClipTokenizer own = ClipTokenizer.load(directory.resolve(tokenizer))) {
            requireKnownTokens(tokenizer, own, ClipTextConfig.read(directory.resolve(encoder)));
        }
    }

    static boolean guidesFromZeros(Path directory) {
        return new PipelineDirectory(directory).zerosWhenEmpty();
    }

    private boolean zerosWhenEmpty() {
        return xl && index.flag("force_zeros_for_empty_prompt", true);
    }

    static void checkParts(Path directory) {
        new PipelineDirectory(directory).requireParts();
    }

    static void checkConfigs(Path directory) {
        checkParts(directory);
        Scheduler.ofPipeline(directory);
    }

    private void requireParts() {
        requireClass("unet", "UNet2DConditionModel");
        requireClass("vae", "AutoencoderKL");
        requireClass("text_encoder", "CLIPTextModel");
        requireClass("tokenizer", "CLIPTokenizer");
        if (xl) {
            requireClass("text_encoder_2", "CLIPTextModelWithProjection");
            requireClass("tokenizer_2", "CLIPTokenizer");
        }
        requireThatPartsFit();
    }

    private StableDiffusionPipeline load(Scheduler scheduler, NDManager parent) {
        try {
            PromptEncoder prompts = prompts(parent);
            UNet2DConditionModel unet =
                    opened(UNet2DConditionModel.load(directory.resolve("unet"), parent));
            AutoencoderKL vae = opened(AutoencoderKL.load(directory.resolve("vae"), parent));
            return new StableDiffusionPipeline(prompts, unet, vae, scheduler, parent, opened);
        } catch (RuntimeException e) {
            StableDiffusionPipeline.closeAll(opened);
            throw e;
        }
    }

    private PromptEncoder prompts(NDManager parent) {
        ClipTokenizer tokenizer = opened(ClipTokenizer.load(directory.resolve("tokenizer")));
        ClipTextModel encoder =
                opened(ClipTextModel.load(directory.resolve("text_encoder"), parent));
        requireKnownTokens("tokenizer", tokenizer, encoder.config());
        if (!xl) {
            return new StableDiffusionPrompts(tokenizer, encoder);
        }
        ClipTokenizer tokenizer2 = opened(ClipTokenizer.load(directory.resolve("tokenizer_2")));
        ClipTextModelWithProjection encoder2 =
                opened(
                        ClipTextModelWithProjection.load(
                                directory.resolve("text_encoder_2"), parent));
        requireKnownTokens("tokenizer_2", tokenizer2, encoder2.config());
        return new StableDiffusionXlPrompts(
                tokenizer, encoder, tokenizer2, encoder2, zerosWhenEmpty());
    }

    /**
     * Refuses a tokenizer with more tokens than the text encoder embeds: an id beyond would only
     * fail at the first caption that has it.
     */
    private void requireKnownTokens(String part, ClipTokenizer tokenizer, ClipTextConfig encoder) {
        if (tokenizer.vocabSize() > encoder.vocabSize()) {
            throw new CheckpointException(
                    "The vocabulary has "
                            + tokenizer.vocabSize()
                            + " tokens, and the text encoder's vocab_size is "
                            + encoder.vocabSize(),
                    directory.resolve(part).resolve("vocab.json"),
                    "",
                    "Check that tokenizer and text encoder belong together.");
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /**
     * Refuses a component of another class. A pruned student names its own subclass, hence only the
     * end of the name counts.
     */
    private void requireClass(String component, String name) {
        JsonNode entry = index.node(component);
        String found = entry.path(1).asText();
        if (!found.endsWith(name) && !found.equals(name + "Fast")) {
            throw index.refuse(component, "a " + name);
        }
    }

    private void requireThatPartsFit() {
        UNetConfig unet = UNetConfig.read(directory.resolve("unet"));
        VaeConfig vae = VaeConfig.read(directory.resolve("vae"));
        int width = ClipTextConfig.read(directory.resolve("text_encoder")).encoder().hiddenSize();
        int pooled = 0;
        if (xl) {
            ClipTextConfig second = ClipTextConfig.read(directory.resolve("text_encoder_2"));
            width += second.encoder().hiddenSize();
            pooled = second.projectionDim();
        }
        Path config = directory.resolve("unet/config.json");
        requireEqual(
                config,
                "cross_attention_dim",
                unet.crossAttentionDim(),
                width,
                "the text encoders' hidden size");
        requireEqual(
                config,
                "in_channels",
                unet.inChannels(),
                vae.latentChannels(),
                "the VAE's latent_channels");
        requireEqual(config, "out_channels", unet.outChannels(), unet.inChannels(), "in_channels");
        if (xl != unet.addition().isPresent()) {
            throw new CheckpointException(
                    "The U-Net " + (xl ? "lacks" : "has") + " SDXL's added conditions",
                    config,
                    "addition_embed_type",
                    "Name the pipeline that the U-Net belongs to in model_index.json.");
        }
        if (xl) {
            AdditionEmbedding addition = unet.addition().get();
            requireEqual(
                    config,
                    "projection_class_embeddings_input_dim",
                    addition.inputDim(),
                    pooled + PromptEmbeddings.TIME_IDS * addition.timeEmbedDim(),
                    "text_encoder_2's projection_dim and six times addition_time_embed_dim");
        }
    }

    private static void requireEqual(
            Path file, String field, int found, int expected, String what) {
        if (found != expected) {
            throw new CheckpointException(
                    "The value " + found + " is not " + what + ", " + expected,
                    file,
                    field,
                    "Check that the parts of the pipeline belong together; inpainting and upscaling are not supported.");
        }
    }
}
