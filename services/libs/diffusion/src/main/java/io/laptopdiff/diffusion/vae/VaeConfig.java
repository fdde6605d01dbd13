package io.laptopdiff.diffusion.vae;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The config that the {@code config.json} of an {@code AutoencoderKL} gives.
 *
 * @param inChannels image channels in
 * @param outChannels image channels out
 * @param latentChannels channels of the latent
 * @param blockOutChannels channels of the encoder's stages, outermost first; each stage but the
 *     last halves the image
 * @param layersPerBlock resnets of an encoder stage; a decoder stage has one more
 * @param groups groups of every group norm
 * @param sampleSize height and width of the images that the model was made for, in pixels
 * @param scalingFactor what a latent is multiplied by before diffusion, so that it has about unit
 *     variance
 * @param json the config as read, to be written again
 */
public record VaeConfig(
        int inChannels,
        int outChannels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int groups,
        int sampleSize,
        double scalingFactor,
        ObjectNode json) {

    /** The fields whose only implemented value is diffusers' default. */
    private static final Map<String, JsonNode> ONLY = new LinkedHashMap<>();

    static {
        ONLY.put("act_fn", TextNode.valueOf("silu"));
        ONLY.put("latents_mean", NullNode.instance);
        ONLY.put("latents_std", NullNode.instance);
        ONLY.put("mid_block_add_attention", BooleanNode.TRUE);
        ONLY.put("use_post_quant_conv", BooleanNode.TRUE);
        ONLY.put("use_quant_conv", BooleanNode.TRUE);
    }

    static final Set<String> KNOWN =
            Set.of(
                    "in_channels",
                    "out_channels",
                    "latent_channels",
                    "block_out_channels",
                    "layers_per_block",
                    "norm_num_groups",
                    "sample_size",
                    "scaling_factor",
                    "down_block_types",
                    "up_block_types",
                    "force_upcast", // everything is computed in fp32, so it changes nothing
                    "act_fn",
                    "latents_mean",
                    "latents_std",
                    "mid_block_add_attention",
                    "shift_factor",
                    "use_post_quant_conv",
                    "use_quant_conv");

    /**
     * Reads {@code config.json} of a directory; no weight is touched.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     missing or unsupported
     */
    public static VaeConfig read(Path directory) {
        return of(ModelConfig.read(directory, "config.json"));
    }

    /** Makes a config, as {@link #read} does, of JSON that is at hand. */
    public static VaeConfig of(ModelConfig config) {
        config.requireOnly(ONLY);
        List<Integer> channels = config.requirePositives("block_out_channels");
        requireBlocks(config, "down_block_types", "DownEncoderBlock2D", channels.size());
        requireBlocks(config, "up_block_types", "UpDecoderBlock2D", channels.size());
        int groups = config.integer("norm_num_groups", 32);
        for (int width : channels) {
            if (groups <= 0 || width % groups != 0) {
                throw config.refuse(
                        "norm_num_groups",
                        "a divisor of every one of block_out_channels " + channels);
            }
        }
        if (config.number("shift_factor", 0) != 0) {
            throw config.refuse("shift_factor", "null or 0");
        }
        double scalingFactor = config.number("scaling_factor", 0.18215); // diffusers' default
        if (!(scalingFactor > 0)) {
            throw config.refuse("scaling_factor", "a positive number");
        }
        return new VaeConfig(
                positive(config, "in_channels", 3),
                positive(config, "out_channels", 3),
                positive(config, "latent_channels", 4),
                channels,
                positive(config, "layers_per_block", 1),
                groups,
                sampleSize(config),
                scalingFactor,
                config.json());
    }

    /**
     * Tells what of a directory's {@code config.json} is ignored: fields that diffusers' class has
     * no parameter for.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if there is no config
     */
    public static List<String> notes(Path directory) {
        List<String> ignored = ModelConfig.read(directory, "config.json").others(KNOWN);
        return ignored.isEmpty()
                ? List.of()
                : List.of(
                        "vae/config.json: ignored, as diffusers ignores them: "
                                + String.join(", ", ignored));
    }

    /** Reads a number, or a pair of the same. */
    private static int sampleSize(ModelConfig config) {
        if (!config.node("sample_size").isArray()) {
            return positive(config, "sample_size", 32);
        }
        List<Integer> pair = config.requirePositives("sample_size");
        if (pair.stream().distinct().count() != 1) {
            throw config.refuse("sample_size", "a positive integer, or a pair of equal ones");
        }
        return pair.get(0);
    }

    private static int positive(ModelConfig config, String field, int absent) {
        return config.has(field) ? config.requirePositive(field) : absent;
    }

    private static void requireBlocks(ModelConfig config, String field, String only, int stages) {
        JsonNode types = config.node(field);
        boolean supported = types.isArray() && types.size() == stages;
        for (JsonNode type : types) {
            supported &= type.asText().equals(only);
        }
        if (!supported) {
            throw config.refuse(
                    field,
                    only + " once per entry of block_out_channels, that is " + stages + " times");
        }
    }

    /** Returns how many image pixels a latent pixel spans along each side. */
    public int downsamplingFactor() {
        return 1 << (blockOutChannels.size() - 1);
    }

    /** Returns the channels of the innermost stage. */
    int innermost() {
        return blockOutChannels.get(blockOutChannels.size() - 1);
    }
}
