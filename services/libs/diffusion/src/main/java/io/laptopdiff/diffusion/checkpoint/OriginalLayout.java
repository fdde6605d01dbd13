package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The layout of single files of whole models as CompVis (SD-v1.x) and Stability AI (SD-v2.x, SDXL)
 * published them: which tensors of such a file are which of a part in the diffusers layout. What a
 * model has in another shape there is a part of a tensor's bytes, or the same bytes under another
 * shape, so that nothing is copied.
 */
public final class OriginalLayout {

    /** The name of the weight of the U-Net's first convolution, which every such file has. */
    public static final String CONV_IN = "model.diffusion_model.input_blocks.0.0.weight";

    private static final String UNET = "model.diffusion_model.";
    private static final Set<String> VAE = Set.of("first_stage_model.", "vae.");
    private static final Set<String> CLIP =
            Set.of("cond_stage_model.transformer.", "conditioner.embedders.0.transformer.");

    /**
     * The prefix of SD-v2.x's text encoder, which is read before its last layer; diffusers' config
     * leaves that layer out.
     */
    private static final String OPEN_CLIP_V2 = "cond_stage_model.model.";

    private static final String OPEN_CLIP_XL = "conditioner.embedders.1.model.";

    private static final String TEXT_MODEL = "text_model.";
    private static final String LAYERS = "text_model.encoder.layers.";

    private final SafetensorsFile file;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private OriginalLayout(SafetensorsFile file) {
        this.file = file;
    }

    /** Returns whether a file is in this layout. */
    static boolean isOne(SafetensorsFile file) {
        return file.tensors().containsKey(CONV_IN);
    }

    /**
     * Finds the tensors of one part of a file.
     *
     * @param directory of the part, named as diffusers names it, with its {@code config.json}
     * @return name in the diffusers layout to where it lies; empty for a part of another name
     */
    static Map<String, StoredTensor> tensors(Path directory, SafetensorsFile file) {
        OriginalLayout layout = new OriginalLayout(file);
        String part = directory.toAbsolutePath().normalize().getFileName().toString();
        if (part.equals("unet")) {
            OriginalUNetNames names = OriginalUNetNames.of(file.tensors().keySet(), UNET);
            layout.each(UNET, (name, entry) -> layout.put(names.of(name), entry));
        } else if (part.equals("vae")) {
            VAE.forEach(
                    prefix ->
                            layout.each(prefix, (name, entry) -> layout.autoencoder(name, entry)));
        } else if (part.equals("text_encoder")) {
            CLIP.forEach(prefix -> layout.each(prefix, (name, entry) -> layout.clip(name, entry)));
            layout.each(OPEN_CLIP_V2, (name, entry) -> layout.openClip(name, entry));
            layout.dropUnread(directory);
        } else if (part.equals("text_encoder_2")) {
            layout.each(OPEN_CLIP_XL, (name, entry) -> layout.openClip(name, entry));
        }
        return layout.tensors;
    }

    private interface Taken {
        void take(String name, TensorEntry entry);
    }

    private void each(String prefix, Taken taken) {
        file.tensors()
                .forEach(
                        (name, entry) -> {
                            if (name.startsWith(prefix)) {
                                taken.take(name.substring(prefix.length()), entry);
                            }
                        });
    }

    private void put(String name, TensorEntry entry) {
        tensors.put(name, StoredTensor.of(file, entry));
    }

    private void autoencoder(String name, TensorEntry entry) {
        if (name.startsWith("loss.") || name.startsWith("model_ema.")) {
            return; // of its training
        }
        String diffusers = OriginalVaeNames.of(name, stages());
        boolean convolution = entry.shape().dimension() == 4 && diffusers.contains(".attentions.");
        put(diffusers, convolution ? rows(entry, 0, 1, 2) : entry); // (C, C, 1, 1) is (C, C)
    }

    /**
     * Counts the stages of the autoencoder's decoder, which are numbered from the other end there.
     */
    private int stages() {
        int stages = 0;
        for (String name : file.tensors().keySet()) {
            int at = name.indexOf(".decoder.up.");
            if (at >= 0) {
                String number = name.substring(at + ".decoder.up.".length()).split("\\.", 2)[0];
                stages = Math.max(stages, Integer.parseInt(number) + 1);
            }
        }
        return stages;
    }

    private void clip(String name, TensorEntry entry) {
        if (!name.endsWith(".position_ids")) { // a counter that older files hold
            put(name.startsWith(TEXT_MODEL) ? name : TEXT_MODEL + name, entry);
        }
    }

    private void openClip(String name, TensorEntry entry) {
        if (name.equals("logit_scale")) {
            return;
        }
        if (name.equals("text_projection")) {
            tensors.put("text_projection.weight", new StoredTensor(file, entry, true));
            return;
        }
        String diffusers =
                name.replace("transformer.resblocks.", "text_model.encoder.layers.")
                        .replace("token_embedding.", "text_model.embeddings.token_embedding.")
                        .replace("ln_final.", "text_model.final_layer_norm.")
                        .replace(".ln_1.", ".layer_norm1.")
                        .replace(".ln_2.", ".layer_norm2.")
                        .replace(".c_fc.", ".fc1.")
                        .replace(".c_proj.", ".fc2.")
                        .replace(".attn.", ".self_attn.");
        if (name.equals("positional_embedding")) {
            put("text_model.embeddings.position_embedding.weight", entry);
        } else if (name.contains(".in_proj_")) {
            String kind = diffusers.endsWith("weight") ? ".weight" : ".bias";
            String home = diffusers.substring(0, diffusers.indexOf("in_proj_"));
            String[] parts = {"q_proj", "k_proj", "v_proj"};
            for (int i = 0; i < parts.length; i++) {
                put(home + parts[i] + kind, rows(entry, i, parts.length, 0));
            }
        } else {
            put(diffusers, entry);
        }
    }

    /**
     * Cuts a part out of a tensor along its first dimension.
     *
     * @param dropped trailing dimensions of size 1 that the result does without
     */
    private static TensorEntry rows(TensorEntry entry, int part, int parts, int dropped) {
        long[] shape = entry.shape().getShape();
        if (shape.length == 0 || shape[0] % parts != 0) {
            return entry; // the shapes of the config will not fit, which names the tensor
        }
        long[] kept = Arrays.copyOf(shape, shape.length - dropped);
        kept[0] /= parts;
        long bytes = entry.sizeBytes() / parts;
        return new TensorEntry(
                entry.name(),
                entry.type(),
                new Shape(kept),
                entry.offsetBytes() + part * bytes,
                bytes);
    }

    /**
     * Drops layers beyond those of the config, and the projection: such a pipeline uses neither.
     */
    private void dropUnread(Path directory) {
        if (!file.tensors().containsKey(OPEN_CLIP_V2 + "ln_final.weight")) {
            return;
        }
        int kept = ModelConfig.read(directory, "config.json").integer("num_hidden_layers", 12);
        tensors.remove("text_projection.weight");
        tensors.keySet()
                .removeIf(
                        name ->
                                name.startsWith(LAYERS)
                                        && Integer.parseInt(
                                                        name.substring(LAYERS.length())
                                                                .split("\\.")[0])
                                                >= kept);
    }
}
