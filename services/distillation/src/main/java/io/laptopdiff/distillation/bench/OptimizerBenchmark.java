package io.laptopdiff.distillation.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.training.AdamW;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An optimizer step against what its bytes cost at the memory bandwidth of the same minute. */
public final class OptimizerBenchmark {

    /**
     * The bytes of FLOAT32 that a step must move: the norm reads g; the update reads w, g, m and v
     * and writes w, m and v; zeroing writes g.
     */
    public static final int BYTES_PER_PARAMETER = 4 * (1 + 4 + 3 + 1);

    /** The elements of a stream, far beyond every cache: 128 MB each. */
    private static final long STREAM_ELEMENTS = 1L << 25;

    /** What {@code a += b} moves per element; it reads what it writes, so nothing is hidden. */
    private static final int STREAM_BYTES = 12;

    private static final double NANOS = 1e9;

    private static final TorchScriptFunction ADD =
            TorchScriptFunction.ofLists(
                    "add in place", "a, b", "torch._foreach_add_(a, b)\nreturn torch.zeros([1])");

    private static final TorchScriptFunction TINY =
            TorchScriptFunction.of("tiny loss", "x", "return torch.sum(x) * 1e-07");

    private OptimizerBenchmark() {}

    /**
     * @param parameters elements of all tensors
     * @param bytesPerSecond read and written by adding two long arrays in place
     * @param secondsPerStep median of gradient norm, update and zeroing together
     */
    public record Result(long parameters, double bytesPerSecond, double secondsPerStep) {

        /** Returns the seconds that the step's bytes cost at that bandwidth. */
        public double leastSeconds() {
            return (double) parameters * BYTES_PER_PARAMETER / bytesPerSecond;
        }

        /** Returns how many times the least the step takes. */
        public double ratio() {
            return secondsPerStep / leastSeconds();
        }
    }

    /**
     * Measures bandwidth and steps by turns, so that other work on the machine slows both.
     *
     * @param shapes of the parameters by name, such as {@code UNetLayout.tensors()}
     * @param steps measured; one more warms up
     */
    public static Result run(Map<String, Shape> shapes, int steps) {
        try (NDManager manager = Devices.auto().newManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> arrays.put(name, manager.ones(shape)));
            try (StateDict parameters = StateDict.of(arrays, manager);
                    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULT, manager)) {
                parameters.requireGradients();
                List<NDArray> a = List.of(manager.ones(new Shape(STREAM_ELEMENTS)));
                List<NDArray> b = List.of(manager.ones(new Shape(STREAM_ELEMENTS)));
                double[] step = new double[steps];
                double[] stream = new double[steps];
                for (int i = -1; i < steps; i++) {
                    accumulate(parameters, manager);
                    double stepSeconds = seconds(() -> optimizer.step(1e-5, 1));
                    double streamSeconds =
                            seconds(() -> ADD.applyLists(manager, List.of(a, b)).close());
                    if (i >= 0) {
                        step[i] = stepSeconds;
                        stream[i] = streamSeconds;
                    }
                }
                return new Result(
                        parameters.parameters(),
                        STREAM_ELEMENTS * STREAM_BYTES / median(stream),
                        median(step));
            }
        }
    }

    /** A gradient for every parameter, tiny, so that nothing is clipped. */
    private static void accumulate(StateDict parameters, NDManager manager) {
        for (NDArray parameter : parameters.arrays()) {
            try (NDManager scope = manager.newSubManager();
                    GradientTape tape = GradientTape.record()) {
                NDArray loss = TINY.apply(parameter);
                loss.attach(scope);
                tape.backward(loss);
            }
        }
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / NANOS;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
