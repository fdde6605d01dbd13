package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layers, units and tensors that a config describes; no weights are needed. */
public final class UNetLayout {

    private final UNetConfig config;
    private final List<Layer> layers = new ArrayList<>();
    private final Deque<Integer> skipChannels = new ArrayDeque<>();
    private final Map<String, Integer> depths = new LinkedHashMap<>();
    private int hidden;

    private UNetLayout(UNetConfig config) {
        this.config = config;
        build();
    }

    /**
     * The layout of a config; units that the config lists as removed are still laid out, and left
     * out of tensors.
     */
    public static UNetLayout of(UNetConfig config) {
        UNetLayout layout = new UNetLayout(config);
        layout.requireUnits(config.removedUnits());
        return layout;
    }

    /**
     * Returns the layout of a student: this one without some units, on top of those that are
     * removed already.
     *
     * @throws IllegalArgumentException if a path is no unit
     */
    public UNetLayout without(Collection<String> units) {
        requireUnits(units);
        ObjectNode json = config.json().deepCopy();
        ArrayNode list = json.putArray(UNetConfig.REMOVED_UNITS);
        for (Layer layer : layers) { // execution order, whatever order was asked for
            if (config.removedUnits().contains(layer.path()) || units.contains(layer.path())) {
                list.add(layer.path());
            }
        }
        return of(UNetConfig.of(json, Path.of("config.json")));
    }

    private void build() {
        layers.add(new Layer.ConvIn("conv_in", config.inChannels(), config.baseChannels()));
        hidden = config.baseChannels();
        push("conv_in");
        config.down().forEach(this::down);
        if (config.mid() != MidBlock.NONE) {
            resnet("mid_block.resnets.0", 0, hidden);
            if (config.mid() == MidBlock.CROSS_ATTENTION) {
                transformer(
                        "mid_block.attentions.0", config.midTransformerDepth(), config.midHeads());
                resnet("mid_block.resnets.1", 0, hidden);
            }
            layers.add(new Layer.StageEnd("mid_block"));
        }
        config.up().forEach(this::up);
        layers.add(new Layer.ConvOut("conv_out", hidden, config.outChannels()));
    }

    private void down(StageConfig stage) {
        for (int i = 0; i < stage.layers(); i++) {
            String resnet = stage.name() + ".resnets." + i;
            resnet(resnet, 0, stage.channels());
            if (stage.attends()) {
                transformer(
                        stage.name() + ".attentions." + i,
                        stage.transformerDepths().get(i),
                        stage.heads());
            }
            push(resnet);
        }
        if (stage.resamples()) {
            layers.add(new Layer.Downsample(stage.name() + ".downsamplers.0", stage.channels()));
            push(stage.name() + ".downsamplers.0");
        }
        layers.add(new Layer.StageEnd(stage.name()));
    }

    private void up(StageConfig stage) {
        for (int i = 0; i < stage.layers(); i++) {
            resnet(stage.name() + ".resnets." + i, skipChannels.pop(), stage.channels());
            if (stage.attends()) {
                transformer(
                        stage.name() + ".attentions." + i,
                        stage.transformerDepths().get(i),
                        stage.heads());
            }
        }
        if (stage.resamples()) {
            layers.add(new Layer.Upsample(stage.name() + ".upsamplers.0", stage.channels()));
        }
        layers.add(new Layer.StageEnd(stage.name()));
    }

    private void resnet(String path, int skip, int out) {
        layers.add(new Layer.Resnet(path, hidden, skip, out, config.timeEmbedDim()));
        hidden = out;
    }

    private void transformer(String path, int depth, int heads) {
        depths.put(path, depth);
        layers.add(new Layer.TransformerEntry(path, hidden, depth, config.linearProjection()));
        for (int i = 0; i < depth; i++) {
            layers.add(
                    new Layer.TransformerBlock(
                            path + ".transformer_blocks." + i,
                            path,
                            hidden,
                            heads,
                            config.crossAttentionDim()));
        }
        layers.add(new Layer.TransformerExit(path, hidden, config.linearProjection()));
    }

    private void push(String path) {
        layers.add(new Layer.PushSkip(path));
        skipChannels.push(hidden);
    }

    /** The config this layout is of. */
    public UNetConfig config() {
        return config;
    }

    List<Layer> layers() {
        return layers;
    }

    /**
     * The stages whose outputs are features, in execution order: every down block, the mid block,
     * every up block.
     */
    public List<String> stages() {
        return layers.stream().filter(Layer.StageEnd.class::isInstance).map(Layer::path).toList();
    }

    /**
     * The units that are still there, in execution order (METHOD: units; LAPTOP-Diff, section 3.1).
     */
    public List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        for (Layer layer : layers) {
            if (config.removedUnits().contains(layer.path())) {
                continue;
            }
            if (layer instanceof Layer.Resnet resnet) {
                units.add(new Unit(resnet.path(), Unit.Kind.RESNET, count(resnet.branchTensors())));
            } else if (layer instanceof Layer.TransformerBlock block) {
                boolean only = depths.get(block.transformer()) == 1;
                long enclosing = only ? enclosingParameters(block.transformer()) : 0;
                units.add(
                        new Unit(
                                block.path(),
                                Unit.Kind.TRANSFORMER,
                                count(block.tensors()) + enclosing));
            }
        }
        return units;
    }

    /**
     * The transformers of several blocks: what the removal of their last block frees on top of the
     * blocks.
     *
     * @return for each such transformer, in execution order, its block units and its bonus in
     *     parameters
     */
    public List<TransformerBonus> bonuses() {
        List<TransformerBonus> bonuses = new ArrayList<>();
        for (Map.Entry<String, Integer> transformer : depths.entrySet()) {
            if (transformer.getValue() > 1) {
                Set<String> blocks = new LinkedHashSet<>();
                for (int i = 0; i < transformer.getValue(); i++) {
                    String block = transformer.getKey() + ".transformer_blocks." + i;
                    if (!config.removedUnits().contains(block)) {
                        blocks.add(block);
                    }
                }
                if (!blocks.isEmpty()) {
                    bonuses.add(
                            new TransformerBonus(
                                    transformer.getKey(),
                                    List.copyOf(blocks),
                                    enclosingParameters(transformer.getKey())));
                }
            }
        }
        return bonuses;
    }

    private long enclosingParameters(String transformer) {
        return layers.stream()
                .filter(layer -> layer.path().equals(transformer))
                .mapToLong(layer -> count(layer.tensors()))
                .sum();
    }

    /**
     * Returns every tensor of the U-Net this config describes, in execution order, time embedding
     * first.
     */
    public Map<String, Shape> tensors() {
        return tensors(Set.of());
    }

    /**
     * Returns every tensor that is left when units are removed, on top of those that the config
     * lists as removed.
     *
     * @throws IllegalArgumentException if a path is no unit
     */
    public Map<String, Shape> tensors(Collection<String> removedUnits) {
        requireUnits(removedUnits);
        Set<String> removed = new LinkedHashSet<>(config.removedUnits());
        removed.addAll(removedUnits);
        Map<String, Shape> tensors = new LinkedHashMap<>(TimeEmbedding.tensors(config));
        for (Layer layer : layers) {
            tensors.putAll(left(layer, removed));
        }
        return tensors;
    }

    private Map<String, Shape> left(Layer layer, Set<String> removed) {
        if (layer instanceof Layer.Resnet resnet && removed.contains(resnet.path())) {
            return resnet.shortcutTensors();
        }
        return isGone(layer, removed) ? Map.of() : layer.tensors();
    }

    /**
     * Returns whether the layer does nothing once these units are removed (a removed resnet still
     * has its skip path).
     */
    boolean isGone(Layer layer, Set<String> removed) {
        if (layer instanceof Layer.TransformerBlock) {
            return removed.contains(layer.path());
        }
        if (layer instanceof Layer.TransformerEntry || layer instanceof Layer.TransformerExit) {
            for (int i = 0; i < depths.get(layer.path()); i++) {
                if (!removed.contains(layer.path() + ".transformer_blocks." + i)) {
                    return false;
                }
            }
            return true;
        }
        return false;
    }

    /**
     * Returns whether the layer, which is still there, goes when these units are removed as well.
     */
    boolean isGoneWithout(Layer layer, Collection<String> units) {
        Set<String> removed = new LinkedHashSet<>(config.removedUnits());
        if (isGone(layer, removed)) {
            return false;
        }
        removed.addAll(units);
        return isGone(layer, removed);
    }

    /** Returns the number of elements of all tensors. */
    public long parameters() {
        return count(tensors());
    }

    /**
     * Returns the number of elements of all tensors that are left when units are removed; exact,
     * bonuses included.
     */
    public long parameters(Collection<String> removedUnits) {
        return count(tensors(removedUnits));
    }

    private static long count(Map<String, Shape> tensors) {
        return tensors.values().stream().mapToLong(Shape::size).sum();
    }

    private void requireUnits(Collection<String> paths) {
        Set<String> known = new LinkedHashSet<>();
        for (Layer layer : layers) {
            if (layer instanceof Layer.Resnet || layer instanceof Layer.TransformerBlock) {
                known.add(layer.path());
            }
        }
        for (String path : paths) {
            if (!known.contains(path)) {
                throw new IllegalArgumentException(
                        "'" + path + "' is no unit of this U-Net; its units are " + known);
            }
        }
    }
}
