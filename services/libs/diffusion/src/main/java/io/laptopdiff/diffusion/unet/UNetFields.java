package io.laptopdiff.diffusion.unet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which fields of a {@code UNet2DConditionModel}'s config are read, which have to have the
 * one value that is implemented, and which are ignored. diffusers ignores what its class has no
 * parameter for, such as the fields that an average of weights leaves; so does this, and says so.
 */
final class UNetFields {

    /** The fields whose only implemented value is diffusers' default. */
    private static final Map<String, JsonNode> ONLY = new LinkedHashMap<>();

    static {
        ONLY.put("attention_type", TextNode.valueOf("default"));
        ONLY.put("center_input_sample", BooleanNode.FALSE);
        ONLY.put("class_embed_type", NullNode.instance);
        ONLY.put("class_embeddings_concat", BooleanNode.FALSE);
        ONLY.put("conv_in_kernel", IntNode.valueOf(3));
        ONLY.put("conv_out_kernel", IntNode.valueOf(3));
        ONLY.put("cross_attention_norm", NullNode.instance);
        ONLY.put("downsample_padding", IntNode.valueOf(1));
        ONLY.put("dropout", DoubleNode.valueOf(0));
        ONLY.put("dual_cross_attention", BooleanNode.FALSE);
        ONLY.put("encoder_hid_dim", NullNode.instance);
        ONLY.put("encoder_hid_dim_type", NullNode.instance);
        ONLY.put("flip_sin_to_cos", BooleanNode.TRUE);
        ONLY.put("freq_shift", IntNode.valueOf(0));
        ONLY.put("mid_block_scale_factor", IntNode.valueOf(1));
        ONLY.put("num_attention_heads", NullNode.instance);
        ONLY.put("num_class_embeds", NullNode.instance);
        ONLY.put("resnet_out_scale_factor", DoubleNode.valueOf(1));
        ONLY.put("resnet_skip_time_act", BooleanNode.FALSE);
        ONLY.put("resnet_time_scale_shift", TextNode.valueOf("default"));
        ONLY.put("time_cond_proj_dim", NullNode.instance);
        ONLY.put("time_embedding_act_fn", NullNode.instance);
        ONLY.put("time_embedding_type", TextNode.valueOf("positional"));
        ONLY.put("timestep_post_act", NullNode.instance);
    }

    private static final Set<String> READ =
            Set.of(
                    "act_fn",
                    "in_channels",
                    "out_channels",
                    "sample_size",
                    "block_out_channels",
                    "down_block_types",
                    "up_block_types",
                    "mid_block_type",
                    "mid_block_only_cross_attention",
                    "only_cross_attention",
                    "layers_per_block",
                    "transformer_layers_per_block",
                    "reverse_transformer_layers_per_block",
                    "attention_head_dim",
                    "cross_attention_dim",
                    "norm_num_groups",
                    "norm_eps",
                    "time_embedding_dim",
                    "use_linear_projection",
                    "upcast_attention", // everything is computed in fp32, so it changes nothing
                    "addition_embed_type",
                    "addition_embed_type_num_heads", // of other addition_embed_types
                    "addition_time_embed_dim",
                    "projection_class_embeddings_input_dim",
                    UNetConfig.REMOVED_UNITS);

    private static final String SAMPLE_SIZE = "sample_size";
    private static final int SIZE_OF_SD1 = 64;

    private UNetFields() {}

    /**
     * Refuses a config whose network is not implemented.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field
     */
    static void require(ModelConfig config) {
        config.requireOnly(ONLY);
        config.choice("act_fn", "silu", Set.of("silu", "swish")); // two names of one function
        requireNone(config, "only_cross_attention");
        requireNone(config, "mid_block_only_cross_attention");
        if (config.json().has("norm_num_groups") && !config.has("norm_num_groups")) {
            throw config.refuse("norm_num_groups", "a number of groups");
        }
        if (config.has("time_embedding_dim")) {
            int usual = 4 * config.requirePositives("block_out_channels").get(0);
            if (config.requirePositive("time_embedding_dim") != usual) {
                throw config.refuse(
                        "time_embedding_dim", "four times the first of block_out_channels");
            }
        }
    }

    /** Refuses a field that is not false or a list of nothing else, one per stage. */
    private static void requireNone(ModelConfig config, String field) {
        JsonNode node = config.node(field);
        for (JsonNode stage : node.isArray() ? node : List.of(node)) {
            if (config.has(field) && !stage.equals(BooleanNode.FALSE)) {
                throw config.refuse(field, "false");
            }
        }
    }

    /** Lists the fields that no network of these depends on. */
    static List<String> ignored(ModelConfig config) {
        Set<String> known = new LinkedHashSet<>(READ);
        known.addAll(ONLY.keySet());
        return config.others(known);
    }

    /**
     * Returns every field that means something here, for holding them against those of diffusers.
     */
    static Set<String> known() {
        Set<String> known = new LinkedHashSet<>(READ);
        known.addAll(ONLY.keySet());
        return known;
    }

    /** Reads one number for all stages, or a list of the same number for each. */
    static int crossAttentionDim(ModelConfig config) {
        String field = "cross_attention_dim";
        if (!config.node(field).isArray()) {
            return config.requirePositive(field);
        }
        List<Integer> stages = config.requirePositives(field);
        if (stages.stream().distinct().count() != 1) {
            throw config.refuse(field, "the same width for every stage");
        }
        return stages.get(0);
    }

    /** Returns height and width of the latent, corrected as diffusers corrects it. */
    static int sampleSize(ModelConfig config) {
        return isOutdated(config) ? SIZE_OF_SD1 : size(config);
    }

    private static int size(ModelConfig config) {
        JsonNode node = config.node(SAMPLE_SIZE);
        if (!node.isArray()) {
            return config.has(SAMPLE_SIZE) ? config.requirePositive(SAMPLE_SIZE) : SIZE_OF_SD1;
        }
        List<Integer> pair = config.requirePositives(SAMPLE_SIZE);
        if (pair.size() != 2 || !pair.get(0).equals(pair.get(1))) {
            throw config.refuse(SAMPLE_SIZE, "a positive integer, or a pair of equal ones");
        }
        return pair.get(0);
    }

    /**
     * Returns whether diffusers' StableDiffusionPipeline takes 64 instead: converters of diffusers
     * before 0.9 wrote a field of the original config that nothing used. Pipelines of SDXL are
     * younger.
     */
    private static boolean isOutdated(ModelConfig config) {
        JsonNode size = config.node(SAMPLE_SIZE);
        return size.isInt()
                && size.asInt() > 0
                && size.asInt() < SIZE_OF_SD1
                && !config.has("addition_embed_type")
                && isBefore09(config.node("_diffusers_version").asText());
    }

    private static boolean isBefore09(String version) {
        String[] numbers = version.split("\\.");
        return numbers.length >= 2
                && numbers[0].equals("0")
                && numbers[1].matches("\\d{1,3}")
                && Integer.parseInt(numbers[1]) < 9;
    }

    /**
     * Tells what of a config is taken in another way than it says, for whoever asked for the run.
     */
    static List<String> notes(ModelConfig config) {
        List<String> notes = new ArrayList<>();
        if (isOutdated(config)) {
            notes.add(
                    "unet/config.json: sample_size "
                            + size(config)
                            + " is taken as "
                            + SIZE_OF_SD1
                            + ", as diffusers takes it in a config of version "
                            + config.node("_diffusers_version").asText());
        }
        List<String> ignored = ignored(config);
        if (!ignored.isEmpty()) {
            notes.add(
                    "unet/config.json: ignored, as diffusers ignores them: "
                            + String.join(", ", ignored));
        }
        return notes;
    }
}
