package io.laptopdiff.diffusion.unet;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Counts the multiply-accumulates of one pass from a layout alone, for a batch of one.
 *
 * <p>Letters: h, w = size of the hidden state, S = text tokens, C = channels.
 */
public final class MacCounter {

    private record Size(int h, int w) {
        long positions() {
            return (long) h * w;
        }

        /** Returns the size after a 3x3 convolution of stride 2 and padding 1. */
        Size halved() {
            return new Size((h + 1) / 2, (w + 1) / 2);
        }
    }

    private final UNetLayout layout;
    private final int textTokens;
    private final Set<String> removed;
    private final Deque<Size> skips = new ArrayDeque<>();
    private Size size;

    private MacCounter(UNetLayout layout, Size latent, int textTokens, Set<String> removed) {
        this.layout = layout;
        this.size = latent;
        this.textTokens = textTokens;
        this.removed = removed;
    }

    /**
     * Counts a whole pass.
     *
     * @param latentHeight in latent pixels
     * @param latentWidth in latent pixels
     * @param textTokens length of the text's hidden states, 77 for CLIP
     * @param removedUnits left out on top of those that the config lists as removed
     */
    public static Macs count(
            UNetLayout layout,
            int latentHeight,
            int latentWidth,
            int textTokens,
            Collection<String> removedUnits) {
        Map<String, Macs> byLayer =
                byLayer(layout, latentHeight, latentWidth, textTokens, removedUnits);
        return byLayer.values().stream().reduce(Macs.NONE, Macs::plus);
    }

    /**
     * Counts a whole pass by layer path in execution order, time embedding first; a transformer's
     * projections stand under its own path.
     */
    public static Map<String, Macs> byLayer(
            UNetLayout layout,
            int latentHeight,
            int latentWidth,
            int textTokens,
            Collection<String> removedUnits) {
        if (latentHeight < 1 || latentWidth < 1 || textTokens < 1) {
            throw new IllegalArgumentException(
                    "latent "
                            + latentHeight
                            + "x"
                            + latentWidth
                            + " and "
                            + textTokens
                            + " text tokens: each must be at least 1");
        }
        Set<String> removed = new LinkedHashSet<>(layout.config().removedUnits());
        removed.addAll(removedUnits);
        layout.tensors(removedUnits); // refuses what is no unit
        MacCounter counter =
                new MacCounter(layout, new Size(latentHeight, latentWidth), textTokens, removed);
        Map<String, Macs> byLayer = new LinkedHashMap<>();
        byLayer.put("time_embedding", timeEmbedding(layout.config()));
        for (Layer layer : layout.layers()) {
            byLayer.merge(layer.path(), counter.step(layer), Macs::plus);
        }
        return byLayer;
    }

    /**
     * Counts the least that it takes to remove each set of units in turn, where passes share what
     * comes before the first layer that they differ in: one whole pass, and of each set's pass what
     * follows.
     *
     * @param sets of diffusers module paths, none empty
     * @throws IllegalArgumentException if a path is of no unit
     */
    public static Macs leastOfSweep(
            UNetLayout layout,
            int latentHeight,
            int latentWidth,
            int textTokens,
            Collection<Set<String>> sets) {
        Macs sum = count(layout, latentHeight, latentWidth, textTokens, Set.of());
        for (Set<String> units : sets) {
            int first = FirstTouched.place(layout, units);
            Set<String> removed = new LinkedHashSet<>(layout.config().removedUnits());
            removed.addAll(units);
            MacCounter counter =
                    new MacCounter(
                            layout, new Size(latentHeight, latentWidth), textTokens, removed);
            for (int place = 0; place < layout.layers().size(); place++) {
                Macs layer = counter.step(layout.layers().get(place));
                sum = place < first ? sum : sum.plus(layer);
            }
        }
        return sum;
    }

    private static Macs timeEmbedding(UNetConfig config) {
        long dim = config.timeEmbedDim();
        Macs time = Macs.ofLinear(config.baseChannels(), dim, 1).plus(Macs.ofLinear(dim, dim, 1));
        return config.addition()
                .map(
                        added ->
                                time.plus(Macs.ofLinear(added.inputDim(), dim, 1))
                                        .plus(Macs.ofLinear(dim, dim, 1)))
                .orElse(time);
    }

    /** Returns the cost of a layer, and moves on to the size that it leaves. */
    private Macs step(Layer layer) {
        if (layer instanceof Layer.PushSkip) {
            skips.push(size);
            return Macs.NONE;
        }
        if (layer instanceof Layer.Resnet resnet) {
            return resnet(resnet);
        }
        if (layer instanceof Layer.StageEnd || layout.isGone(layer, removed)) {
            return Macs.NONE;
        }
        if (layer instanceof Layer.TransformerBlock block) {
            return block(block);
        }
        if (layer instanceof Layer.TransformerEntry entry) {
            return projection(entry.channels(), entry.linear());
        }
        if (layer instanceof Layer.TransformerExit exit) {
            return projection(exit.channels(), exit.linear());
        }
        if (layer instanceof Layer.Downsample down) {
            size = size.halved();
            return conv3x3(down.channels(), down.channels());
        }
        if (layer instanceof Layer.Upsample up) {
            size = skips.peek();
            return conv3x3(up.channels(), up.channels());
        }
        if (layer instanceof Layer.ConvIn in) {
            return conv3x3(in.in(), in.out());
        }
        Layer.ConvOut out = (Layer.ConvOut) layer;
        return conv3x3(out.in(), out.out());
    }

    private Macs resnet(Layer.Resnet resnet) {
        if (resnet.takesSkip()) {
            skips.pop();
        }
        Macs shortcut =
                resnet.hasShortcut()
                        ? Macs.ofConvolution(resnet.in(), resnet.out(), 1, size.positions())
                        : Macs.NONE;
        if (removed.contains(resnet.path())) {
            return shortcut;
        }
        return shortcut.plus(conv3x3(resnet.in(), resnet.out()))
                .plus(Macs.ofLinear(resnet.timeDim(), resnet.out(), 1))
                .plus(conv3x3(resnet.out(), resnet.out()));
    }

    private Macs block(Layer.TransformerBlock block) {
        long c = block.channels();
        long positions = size.positions();
        long hidden =
                4 * c; // the inner width of the feed-forward part; GEGLU projects to twice of it
        Macs self = Macs.ofLinear(c, 4 * c, positions); // q, k, v and out
        Macs cross =
                Macs.ofLinear(c, 2 * c, positions)
                        .plus(Macs.ofLinear(block.contextDim(), 2 * c, textTokens));
        Macs feedForward =
                Macs.ofLinear(c, 2 * hidden, positions).plus(Macs.ofLinear(hidden, c, positions));
        Macs products = new Macs(0, 0, 2 * positions * (positions + textTokens) * c);
        return self.plus(cross).plus(feedForward).plus(products);
    }

    private Macs projection(int channels, boolean linear) {
        return linear
                ? Macs.ofLinear(channels, channels, size.positions())
                : Macs.ofConvolution(channels, channels, 1, size.positions());
    }

    private Macs conv3x3(int in, int out) {
        return Macs.ofConvolution(in, out, 3, size.positions());
    }
}
