package io.laptopdiff.diffusion.location;

import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.OriginalLayout;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The models that single files are of, told apart by their tensors as diffusers does. */
enum KnownBase {
    SD15("sd15"),
    SD21("sd21"),
    SDXL("sdxl");

    private static final String OPEN_CLIP_V2 = "cond_stage_model.model.ln_final.weight";
    private static final String CLIP = "cond_stage_model.transformer.";
    private static final String OPEN_CLIP_XL = "conditioner.embedders.1.model.ln_final.weight";
    private static final String OPEN_CLIP_REFINER = "conditioner.embedders.0.model.ln_final.weight";
    private static final Set<String> AUTOENCODERS =
            Set.of("first_stage_model.quant_conv.weight", "vae.quant_conv.weight");
    private static final int LATENT_CHANNELS = 4;

    private static final String ONLY_THESE =
            "Give a single file of SD-v1.x, SD-v2.x or SDXL, or a directory that diffusers wrote.";

    private final String configs;

    KnownBase(String configs) {
        this.configs = configs;
    }

    /** The name that its configs come along under. */
    String configs() {
        return configs;
    }

    /**
     * Finds the model that a file is of.
     *
     * @throws CheckpointException if it is none of these, or not all of one
     */
    static KnownBase of(SafetensorsFile file) {
        Map<String, TensorEntry> tensors = file.tensors();
        TensorEntry convIn = tensors.get(OriginalLayout.CONV_IN);
        if (convIn == null) {
            throw refuse(other(tensors.keySet()), file.file(), ONLY_THESE);
        }
        Shape shape = convIn.shape();
        if (shape.dimension() != 4 || shape.get(1) != LATENT_CHANNELS) {
            throw refuse(
                    "The U-Net takes "
                            + (shape.dimension() < 2 ? 0 : shape.get(1))
                            + " channels, as for inpainting, editing or depth",
                    file.file(),
                    "Give a model that draws from text alone.");
        }
        if (tensors.containsKey("edm_mean")) {
            throw refuse("It is a Playground v2.5", file.file(), ONLY_THESE);
        }
        if (tensors.containsKey(OPEN_CLIP_REFINER)) {
            throw refuse("It is an SDXL refiner", file.file(), "Give the base model.");
        }
        if (AUTOENCODERS.stream().noneMatch(tensors::containsKey)) {
            throw refuse(
                    "The file has no autoencoder",
                    file.file(),
                    "Give a file of the whole model, or a directory that diffusers wrote.");
        }
        if (tensors.containsKey(OPEN_CLIP_XL)) {
            return SDXL;
        }
        if (tensors.containsKey(OPEN_CLIP_V2)) {
            return SD21;
        }
        if (tensors.keySet().stream().anyMatch(name -> name.startsWith(CLIP))) {
            return SD15;
        }
        throw refuse(
                "The file has no text encoder",
                file.file(),
                "Give a file of the whole model, or a directory that diffusers wrote.");
    }

    private static String other(Set<String> names) {
        for (String name : names) {
            for (String adapter : List.of("lora_", ".lora")) {
                if (name.contains(adapter)) {
                    return "It is a LoRA, an addition to a model, and no model";
                }
            }
            if (name.startsWith("down_blocks.") || name.startsWith("encoder.")) {
                return "It is one part of a model, in the diffusers layout";
            }
            if (name.contains("joint_blocks.") || name.contains("double_blocks.")) {
                return "It is a diffusion transformer, such as SD3 or Flux";
            }
        }
        return "It is no single file of a Stable Diffusion model in the original layout";
    }

    private static CheckpointException refuse(String what, Path file, String howToFix) {
        return new CheckpointException(what, file, "", howToFix);
    }
}
