package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.Bfloat16Tensor;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long each layer of a U-Net takes on this machine, measured on weights of the layer's shapes
 * before the model's own are loaded: one layer at a time, and layers of the same shapes once.
 */
public final class LayerTimes {

    /** What is timed. */
    public enum Work {
        /** A pass in FLOAT32. */
        FP32,
        /** A pass in bfloat16. */
        BF16,
        /** A recorded pass in FLOAT32 and the way back. */
        TRAINING
    }

    private static final double NANOS = 1e9;

    /** More than processors cache: what one layer left there, a whole pass would not find. */
    private static final long FLUSHED = 24L << 20;

    /** Seconds of a run that is long enough to be measured once. */
    private static final double LONG = 0.3;

    private static final float WEIGHT = 0.01f;

    private static final TorchScriptFunction SUM =
            TorchScriptFunction.of("sum", "x", "return torch.sum(x)");

    private final UNetLayout layout;
    private final List<LayerShape> shapes;
    private final Map<Integer, double[]> seconds = new HashMap<>();

    private LayerTimes(UNetLayout layout, List<LayerShape> shapes) {
        this.layout = layout;
        this.shapes = shapes;
    }

    /**
     * Measures.
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
        List<LayerShape> shapes = LayerShape.of(layout, latentHeight, latentWidth);
        LayerTimes times = new LayerTimes(layout, shapes);
        for (int batch : batches) {
            times.seconds.put(
                    batch, times.new Measurement(batch, textTokens, work, parent).seconds());
        }
        return times;
    }

    /** Seconds of a pass of a batch, without these units on top of those that the config lacks. */
    public double pass(int batch, Set<String> removedUnits) {
        double sum = 0;
        for (int i = 0; i < shapes.size(); i++) {
            sum += of(i, batch, removedUnits);
        }
        return sum;
    }

    /** Seconds of a {@link RemovalSweep} of one batch. */
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

    /** What a group adds to the trunk's own pass: a layer's rows in one batch, less the trunk's. */
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

    /** Linear between and beyond the sizes that were measured. */
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

    /** Of one size of batch. */
    private final class Measurement {

        private final int batch;
        private final int textTokens;
        private final Work work;
        private final NDManager parent;

        Measurement(int batch, int textTokens, Work work, NDManager parent) {
            this.batch = batch;
            this.textTokens = textTokens;
            this.work = work;
            this.parent = parent;
        }

        double[] seconds() {
            Map<String, Double> known = new HashMap<>();
            double[] all = new double[shapes.size()];
            try (NDManager scope = parent.newSubManager()) {
                NDArray flushed = scope.ones(new Shape(FLUSHED));
                for (int i = 0; i < all.length; i++) {
                    LayerShape shape = shapes.get(i);
                    Layer layer = shape.layer();
                    if (layer instanceof Layer.PushSkip || layer instanceof Layer.StageEnd) {
                        continue;
                    }
                    String key =
                            layer.getClass().getSimpleName()
                                    + List.copyOf(layer.tensors().values())
                                    + shape.height()
                                    + "x"
                                    + shape.width();
                    all[i] = known.computeIfAbsent(key, k -> time(shape, flushed));
                }
            }
            return all;
        }

        /** The first run warms up; the median of three, or one long run. */
        private double time(LayerShape shape, NDArray flushed) {
            try (NDManager scope = parent.newSubManager();
                    Weights weights = Weights.of(shape.layer(), work, scope)) {
                LayerRunner runner =
                        new LayerRunner(
                                layout,
                                weights,
                                full(scope, batch, layout.config().timeEmbedDim()),
                                full(
                                        scope,
                                        batch,
                                        textTokens,
                                        layout.config().crossAttentionDim()));
                run(shape, runner, scope);
                double[] seconds = {timed(shape, runner, flushed, scope), 0, 0};
                if (seconds[0] > LONG) {
                    return seconds[0];
                }
                // what interrupts a short run may take longer than the run
                seconds[1] = timed(shape, runner, flushed, scope);
                seconds[2] = timed(shape, runner, flushed, scope);
                Arrays.sort(seconds);
                return seconds[1];
            }
        }

        private double timed(
                LayerShape shape, LayerRunner runner, NDArray flushed, NDManager scope) {
            SUM.apply(flushed).close();
            long begin = System.nanoTime();
            run(shape, runner, scope);
            return (System.nanoTime() - begin) / NANOS;
        }

        private void run(LayerShape shape, LayerRunner runner, NDManager parentScope) {
            try (NDManager scope = parentScope.newSubManager()) {
                UNetState state = state(shape, scope);
                if (work != Work.TRAINING) {
                    runner.apply(shape.layer(), state, Set.of());
                    return;
                }
                state.hidden().setRequiresGradient(true);
                try (GradientTape tape = GradientTape.record()) {
                    tape.backward(SUM.apply(runner.apply(shape.layer(), state, Set.of()).hidden()));
                }
            }
        }

        private UNetState state(LayerShape shape, NDManager scope) {
            Layer layer = shape.layer();
            int h = shape.height();
            int w = shape.width();
            NDArray image = full(scope, batch, shape.channels(), h, w);
            NDArray tokens = full(scope, batch, (long) h * w, shape.channels());
            if (layer instanceof Layer.TransformerBlock) {
                return new UNetState(tokens, null, null);
            }
            if (layer instanceof Layer.TransformerExit) {
                return new UNetState(tokens, null, image);
            }
            UNetState.SkipStack skip = null;
            if (layer instanceof Layer.Upsample) {
                skip =
                        new UNetState.SkipStack(
                                full(scope, batch, 1, shape.nextHeight(), shape.nextWidth()), null);
            } else if (layer instanceof Layer.Resnet resnet && resnet.takesSkip()) {
                skip = new UNetState.SkipStack(full(scope, batch, resnet.skip(), h, w), null);
            }
            return new UNetState(image, skip, null);
        }
    }

    private static NDArray full(NDManager manager, long... shape) {
        return manager.full(new Shape(shape), WEIGHT);
    }

    /** Weights of one layer. */
    private record Weights(StateDict full, Map<String, Bfloat16Tensor> half)
            implements LayerWeights, AutoCloseable {

        static Weights of(Layer layer, Work work, NDManager manager) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            layer.tensors().forEach((name, shape) -> arrays.put(name, manager.full(shape, WEIGHT)));
            Map<String, Bfloat16Tensor> half = new LinkedHashMap<>();
            if (work == Work.BF16) {
                arrays.forEach((name, array) -> half.put(name, Bfloat16Tensor.of(array)));
            }
            StateDict full = StateDict.of(arrays, manager);
            if (work == Work.TRAINING) {
                full.requireGradients();
            }
            return new Weights(full, half);
        }

        @Override
        public Arithmetic arithmetic() {
            return half.isEmpty() ? Arithmetic.FULL : Arithmetic.BFLOAT16;
        }

        @Override
        public NDArray apply(
                TorchScriptFunction function, Set<String> tensors, NDArray... activations) {
            if (half.isEmpty()) {
                return new FullWeights(full).apply(function, tensors, activations);
            }
            List<Bfloat16Tensor> arguments = new ArrayList<>();
            tensors.forEach(name -> arguments.add(half.get(name)));
            return function.apply(activations, arguments);
        }

        @Override
        public void close() {
            half.values().forEach(Bfloat16Tensor::close);
            full.close();
        }
    }
}
