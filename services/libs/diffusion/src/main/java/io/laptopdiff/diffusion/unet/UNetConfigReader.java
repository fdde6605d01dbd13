package io.laptopdiff.diffusion.unet;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Resolves the many spellings of diffusers' U-Net config to one {@link UNetConfig}. */
final class UNetConfigReader {

    private final ModelConfig config;
    private final List<Integer> channels;

    private UNetConfigReader(ModelConfig config) {
        this.config = config;
        UNetFields.require(config);
        this.channels = config.requirePositives("block_out_channels");
    }

    static UNetConfig read(ModelConfig config) {
        return new UNetConfigReader(config).read();
    }

    private UNetConfig read() {
        int groups = config.integer("norm_num_groups", 32);
        for (int width : channels) {
            if (groups <= 0 || width % groups != 0) {
                throw config.refuse(
                        "norm_num_groups",
                        "a divisor of every one of block_out_channels " + channels);
            }
        }
        List<Integer> heads = perStage("attention_head_dim", 8);
        List<Integer> layers = perStage("layers_per_block", 2);
        List<Boolean> downAttends =
                attends("down_block_types", "CrossAttnDownBlock2D", "DownBlock2D");
        List<Boolean> upAttends = attends("up_block_types", "CrossAttnUpBlock2D", "UpBlock2D");
        List<List<Integer>> depths = depths("transformer_layers_per_block", layers, 0);
        List<StageConfig> down = new ArrayList<>();
        List<StageConfig> up = new ArrayList<>();
        int n = channels.size();
        List<List<Integer>> upDepths = upDepths(depths, layers);
        for (int i = 0; i < n; i++) {
            checkHeads(heads.get(i), channels.get(i));
            down.add(
                    new StageConfig(
                            "down_blocks." + i,
                            channels.get(i),
                            layers.get(i),
                            downAttends.get(i) ? depths.get(i) : List.of(),
                            heads.get(i),
                            i < n - 1));
            int mirrored = n - 1 - i;
            up.add(
                    new StageConfig(
                            "up_blocks." + i,
                            channels.get(mirrored),
                            layers.get(mirrored) + 1,
                            upAttends.get(i) ? upDepths.get(i) : List.of(),
                            heads.get(mirrored),
                            i < n - 1));
        }
        List<Integer> innermost = depths.get(n - 1);
        UNetConfig unet =
                new UNetConfig(
                        config.requirePositive("in_channels"),
                        config.requirePositive("out_channels"),
                        UNetFields.sampleSize(config),
                        List.copyOf(down),
                        mid(),
                        innermost.get(innermost.size() - 1),
                        heads.get(n - 1),
                        List.copyOf(up),
                        UNetFields.crossAttentionDim(config),
                        groups,
                        config.number("norm_eps", 1e-5),
                        config.flag("use_linear_projection", false),
                        addition(),
                        removedUnits(),
                        config.json());
        requireUnits(unet);
        return unet;
    }

    private void requireUnits(UNetConfig unet) {
        try {
            UNetLayout.of(unet);
        } catch (IllegalArgumentException e) {
            throw config.refuse(UNetConfig.REMOVED_UNITS, "units of this U-Net; " + e.getMessage());
        }
    }

    private MidBlock mid() {
        if (config.json().has("mid_block_type") && !config.has("mid_block_type")) {
            return MidBlock.NONE;
        }
        String type =
                config.choice(
                        "mid_block_type",
                        "UNetMidBlock2DCrossAttn",
                        Set.of("UNetMidBlock2DCrossAttn", "UNetMidBlock2D"));
        return type.equals("UNetMidBlock2D") ? MidBlock.RESNET : MidBlock.CROSS_ATTENTION;
    }

    private Optional<AdditionEmbedding> addition() {
        if (!config.has("addition_embed_type")) {
            return Optional.empty();
        }
        config.choice("addition_embed_type", "text_time", Set.of("text_time"));
        return Optional.of(
                new AdditionEmbedding(
                        config.requirePositive("addition_time_embed_dim"),
                        config.requirePositive("projection_class_embeddings_input_dim")));
    }

    private Set<String> removedUnits() {
        Set<String> removed = new LinkedHashSet<>();
        config.node(UNetConfig.REMOVED_UNITS).forEach(unit -> removed.add(unit.asText()));
        return java.util.Collections.unmodifiableSet(removed);
    }

    /** Reads a number for all stages or a list with one per stage. */
    private List<Integer> perStage(String field, int absent) {
        JsonNode node = config.node(field);
        if (!node.isArray()) {
            int value = config.has(field) ? config.requirePositive(field) : absent;
            return IntStream.range(0, channels.size()).mapToObj(i -> value).toList();
        }
        List<Integer> values = config.requirePositives(field);
        if (values.size() != channels.size()) {
            throw config.refuse(
                    field, "a positive integer or one per stage, that is " + channels.size());
        }
        return values;
    }

    private List<Boolean> attends(String field, String with, String without) {
        List<Boolean> attends = new ArrayList<>();
        for (JsonNode type : config.node(field)) {
            if (!type.asText().equals(with) && !type.asText().equals(without)) {
                throw config.refuse(field, "a list of " + with + " and " + without);
            }
            attends.add(type.asText().equals(with));
        }
        if (attends.size() != channels.size()) {
            throw config.refuse(field, "one block type per stage, that is " + channels.size());
        }
        return attends;
    }

    /**
     * Reads transformer depths per stage and layer: a number, a list by stage, or a list by stage
     * and layer.
     */
    private List<List<Integer>> depths(String field, List<Integer> layers, int extraLayers) {
        JsonNode node = config.node(field);
        if (node.isArray() && node.size() != channels.size()) {
            throw config.refuse(
                    field, "a number or one entry per stage, that is " + channels.size());
        }
        List<List<Integer>> depths = new ArrayList<>();
        for (int stage = 0; stage < channels.size(); stage++) {
            JsonNode entry = node.isArray() ? node.get(stage) : node;
            List<Integer> stageDepths = new ArrayList<>();
            for (int layer = 0; layer < layers.get(stage) + extraLayers; layer++) {
                JsonNode depth = entry.isArray() ? entry.path(layer) : entry;
                if (!entry.isMissingNode() && (!depth.isInt() || depth.asInt() <= 0)) {
                    throw config.refuse(field, "positive integers, one per layer where nested");
                }
                stageDepths.add(depth.asInt(1));
            }
            if (entry.isArray() && entry.size() != stageDepths.size()) {
                throw config.refuse(
                        field,
                        "as many nested entries as a stage has layers, here " + stageDepths.size());
            }
            depths.add(stageDepths);
        }
        return depths;
    }

    private List<List<Integer>> upDepths(List<List<Integer>> depths, List<Integer> layers) {
        List<Integer> upLayers = new ArrayList<>(layers);
        java.util.Collections.reverse(upLayers);
        if (config.has("reverse_transformer_layers_per_block")) {
            return depths("reverse_transformer_layers_per_block", upLayers, 1);
        }
        List<List<Integer>> up = new ArrayList<>();
        for (int stage = depths.size() - 1; stage >= 0; stage--) {
            if (config.node("transformer_layers_per_block").path(stage).isArray()) {
                throw config.refuse(
                        "reverse_transformer_layers_per_block",
                        "the up path's depths, which a nested transformer_layers_per_block does not tell");
            }
            int depth = depths.get(stage).get(0);
            up.add(IntStream.range(0, upLayers.get(up.size()) + 1).mapToObj(i -> depth).toList());
        }
        return up;
    }

    private void checkHeads(int heads, int width) {
        if (width % heads != 0) {
            throw config.refuse(
                    "attention_head_dim", "numbers of heads that divide their stage's channels");
        }
    }
}
