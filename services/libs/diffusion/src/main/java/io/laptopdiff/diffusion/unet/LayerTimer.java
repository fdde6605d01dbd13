package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.EndOfWork;
import io.laptopdiff.diffusion.torchscript.Bfloat16Tensor;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Times layers one by one, on constant weights of their shapes, and remembers: layers of the same
 * shapes are timed once.
 */
final class LayerTimer {

    private static final double NANOS = 1e9;

    /**
     * The elements of an array, more than processors cache: what one layer left there, a whole pass
     * would not find.
     */
    private static final long FLUSHED = 24L << 20;

    /** The seconds of a run that is long enough to be measured once. */
    private static final double LONG = 0.3;

    private static final float WEIGHT = 0.01f;

    private static final TorchScriptFunction SUM =
            TorchScriptFunction.of("sum", "x", "return torch.sum(x)");

    private final int batch;
    private final int textTokens;
    private final LayerTimes.Work work;
    private final LongSupplier clock;
    private final Map<String, Double> known = new HashMap<>();

    /**
     * @param clock tells nanoseconds
     */
    LayerTimer(int batch, int textTokens, LayerTimes.Work work, LongSupplier clock) {
        this.batch = batch;
        this.textTokens = textTokens;
        this.work = work;
        this.clock = clock;
    }

    /**
     * Measures the seconds of each layer, 0 where it is not there or does nothing.
     *
     * @param parent on the device
     */
    double[] seconds(
            UNetLayout layout, List<LayerShape> shapes, IntPredicate there, NDManager parent) {
        double[] all = new double[shapes.size()];
        try (NDManager scope = parent.newSubManager()) {
            NDArray flushed = scope.ones(new Shape(FLUSHED));
            for (int i = 0; i < all.length; i++) {
                LayerShape shape = shapes.get(i);
                if (there.test(i) && computes(shape.layer())) {
                    all[i] =
                            known.computeIfAbsent(
                                    key(shape), k -> time(layout, shape, flushed, scope));
                }
            }
        }
        return all;
    }

    private static boolean computes(Layer layer) {
        return !(layer instanceof Layer.PushSkip || layer instanceof Layer.StageEnd);
    }

    private static String key(LayerShape shape) {
        return shape.layer().getClass().getSimpleName()
                + List.copyOf(shape.layer().tensors().values())
                + shape.height()
                + "x"
                + shape.width();
    }

    /** Times a layer: the first run warms up, and the median of three counts, or one long run. */
    private double time(UNetLayout layout, LayerShape shape, NDArray flushed, NDManager parent) {
        try (NDManager scope = parent.newSubManager();
                Weights weights = Weights.of(shape.layer(), work, scope)) {
            LayerRunner runner =
                    new LayerRunner(
                            layout,
                            weights,
                            full(scope, batch, layout.config().timeEmbedDim()),
                            full(scope, batch, textTokens, layout.config().crossAttentionDim()));
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

    private double timed(LayerShape shape, LayerRunner runner, NDArray flushed, NDManager scope) {
        SUM.apply(flushed).close();
        EndOfWork.await(scope);
        long begin = clock.getAsLong();
        run(shape, runner, scope);
        EndOfWork.await(scope);
        return (clock.getAsLong() - begin) / NANOS;
    }

    private void run(LayerShape shape, LayerRunner runner, NDManager parentScope) {
        try (NDManager scope = parentScope.newSubManager()) {
            UNetState state = state(shape, scope);
            if (work != LayerTimes.Work.TRAINING) {
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

    private static NDArray full(NDManager manager, long... shape) {
        return manager.full(new Shape(shape), WEIGHT);
    }

    /** The weights of one layer. */
    private record Weights(StateDict full, Map<String, Bfloat16Tensor> half)
            implements LayerWeights, AutoCloseable {

        static Weights of(Layer layer, LayerTimes.Work work, NDManager manager) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            layer.tensors().forEach((name, shape) -> arrays.put(name, manager.full(shape, WEIGHT)));
            Map<String, Bfloat16Tensor> half = new LinkedHashMap<>();
            if (work == LayerTimes.Work.BF16) {
                arrays.forEach((name, array) -> half.put(name, Bfloat16Tensor.of(array)));
            }
            StateDict full = StateDict.of(arrays, manager);
            if (work == LayerTimes.Work.TRAINING) {
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
