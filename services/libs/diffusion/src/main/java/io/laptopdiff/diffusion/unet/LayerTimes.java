package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The time that each layer of a U-Net takes on this machine, measured on weights of the layer's
 * shapes before the model's own are loaded: one layer at a time, and layers of the same shapes
 * once.
 */
public final class LayerTimes {

    /** The kind of pass that is timed. */
    public enum Work {
        /** A pass in FLOAT32. */
        FP32,
        /** A pass in bfloat16. */
        BF16,
        /** A recorded pass in FLOAT32 and the way back. */
        TRAINING
    }

    private final UNetLayout layout;
    private final List<LayerShape> shapes;
    private final Map<Integer, LayerTimer> timers;
    private final Map<Integer, double[]> seconds = new LinkedHashMap<>();

    private LayerTimes(
            UNetLayout layout,
            List<LayerShape> shapes,
            Map<Integer, LayerTimer> timers,
            NDManager parent) {
        this.layout = layout;
        this.shapes = shapes;
        this.timers = timers;
        timers.forEach(
                (batch, timer) ->
                        seconds.put(
                                batch,
                                timer.seconds(
                                        layout,
                                        shapes,
                                        place -> isThere(place, Set.of()),
                                        parent)));
    }

    /**
     * Measures every layer of a U-Net.
     *
     * @param textTokens of a caption
     * @param batches sizes of batch that times are wanted of; what lies between is interpolated
     * @param parent on the device
     */
    public static LayerTimes measure(
            UNetLayout layout,
            int latentHeight,
            int latentWidth,
            int textTokens,
            Collection<Integer> batches,
            Work work,
            NDManager parent) {
        return measure(
                layout,
                latentHeight,
                latentWidth,
                textTokens,
                batches,
                work,
                parent,
                System::nanoTime);
    }

    /** Measures every layer of a U-Net by another clock. */
    static LayerTimes measure(
            UNetLayout layout,
            int latentHeight,
            int latentWidth,
            int textTokens,
            Collection<Integer> batches,
            Work work,
            NDManager parent,
            LongSupplier clock) {
        Map<Integer, LayerTimer> timers = new LinkedHashMap<>();
        for (int batch : batches) {
            timers.put(batch, new LayerTimer(batch, textTokens, work, clock));
        }
        return new LayerTimes(
                layout, LayerShape.of(layout, latentHeight, latentWidth), timers, parent);
    }

    /**
     * Returns the times of another U-Net on latents of the same size; only layers of shapes that
     * were not seen yet are measured.
     */
    public LayerTimes of(UNetLayout other, NDManager parent) {
        LayerShape outermost = shapes.get(0);
        return new LayerTimes(
                other, LayerShape.of(other, outermost.height(), outermost.width()), timers, parent);
    }

    /**
     * Returns the seconds of a pass of a batch, without these units on top of those that the config
     * lacks.
     */
    public double pass(int batch, Set<String> removedUnits) {
        double sum = 0;
        for (int i = 0; i < shapes.size(); i++) {
            sum += of(i, batch, removedUnits);
        }
        return sum;
    }

    /** Returns the seconds of a {@link RemovalSweep} of one batch. */
    public double sweep(int batch, int together, Collection<Set<String>> sets) {
        double sum = pass(batch, Set.of());
        List<Set<String>> order =
                sets.stream()
                        .sorted(
                                (a, b) ->
                                        Integer.compare(
                                                FirstTouched.place(layout, a),
                                                FirstTouched.place(layout, b)))
                        .toList();
        for (int i = 0; i < order.size(); i += together) {
            sum += group(batch, order.subList(i, Math.min(order.size(), i + together)));
        }
        return sum;
    }

    /**
     * Returns the seconds that a group adds to the trunk's own pass: a layer's rows in one batch,
     * less the trunk's.
     */
    private double group(int batch, List<Set<String>> group) {
        double sum = 0;
        int last = FirstTouched.place(layout, group.get(group.size() - 1));
        for (int place = 0; place < shapes.size(); place++) {
            int have = 0;
            boolean any = false;
            for (Set<String> units : group) {
                if (FirstTouched.place(layout, units) <= place) {
                    any = true;
                    have += isThere(place, units) ? 1 : 0;
                }
            }
            if (any && have > 0) {
                boolean withTrunk = place < last;
                sum +=
                        shapes.get(place).positions() >= BranchBatch.ALONE
                                ? have * at(place, batch)
                                : at(place, batch * (have + (withTrunk ? 1 : 0)))
                                        - (withTrunk ? at(place, batch) : 0);
            }
        }
        return sum;
    }

    private double of(int place, int batch, Set<String> removed) {
        return isThere(place, removed) ? at(place, batch) : 0;
    }

    private boolean isThere(int place, Set<String> removed) {
        Layer layer = shapes.get(place).layer();
        if (layer instanceof Layer.Resnet) {
            return !removed.contains(layer.path())
                    && !layout.config().removedUnits().contains(layer.path());
        }
        return !layout.isGone(layer, layout.config().removedUnits())
                && !layout.isGoneWithout(layer, removed);
    }

    /** Returns the seconds of a layer, linear between and beyond the sizes that were measured. */
    private double at(int place, int batch) {
        List<Integer> sizes = seconds.keySet().stream().sorted().toList();
        if (sizes.size() == 1) {
            return seconds.get(sizes.get(0))[place] * batch / sizes.get(0);
        }
        int upper = 1;
        while (upper < sizes.size() - 1 && sizes.get(upper) < batch) {
            upper++;
        }
        double a = sizes.get(upper - 1);
        double b = sizes.get(upper);
        double ofA = seconds.get(sizes.get(upper - 1))[place];
        double ofB = seconds.get(sizes.get(upper))[place];
        return Math.max(0, ofA + (ofB - ofA) * (batch - a) / (b - a));
    }
}
