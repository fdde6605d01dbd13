package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The operators of a U-Net's layers, composed from DJL's calls and as one TorchScript each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Operators {

    private static final int HEADS = 8;
    private static final int TOKENS = 1024;
    private static final int WIDTH = 80;
    private static final int CHANNELS = 640;
    private static final int SIDE = 32;
    private static final int GROUPS = 32;
    private static final float EPSILON = 1e-5f;

    private static final TorchScriptFunction ATTENTION =
            TorchScriptFunction.of(
                    "attention", "q, k, v", "return torch.scaled_dot_product_attention(q, k, v)");
    private static final TorchScriptFunction NORM =
            TorchScriptFunction.of(
                    "group norm and SiLU",
                    "x, w, b",
                    "return torch.silu(torch.group_norm(x, " + GROUPS + ", w, b, 1e-05))");
    private static final TorchScriptFunction LINEAR =
            TorchScriptFunction.of("linear", "x, w", "return torch.linear(x, w)");
    private static final TorchScriptFunction AS_CONVOLUTION =
            TorchScriptFunction.of(
                    "linear as convolution",
                    "x, w",
                    """
                    y = torch.permute(torch.unsqueeze(x, 2), [0, 3, 1, 2])
                    w = torch.unsqueeze(torch.unsqueeze(w, -1), -1)
                    return torch.conv2d(y, w, None, [1, 1], [0, 0], [1, 1], 1)""");
    private static final TorchScriptFunction NOTHING =
            TorchScriptFunction.of("nothing", "x", "return x");

    private NDManager manager;
    private NDArray query; // (1, 8, 1024, 80)
    private NDArray image; // (1, 640, 32, 32)
    private NDArray weight; // (640)
    private NDArray tokens; // (1, 1024, 640)
    private NDArray matrix; // (2560, 640)
    private NDArray one; // (1)

    /** Arguments as they are at the second stage of Stable Diffusion v1. */
    @Setup
    public void open() {
        manager = Devices.auto().newManager();
        query = manager.randomNormal(new Shape(1, HEADS, TOKENS, WIDTH));
        image = manager.randomNormal(new Shape(1, CHANNELS, SIDE, SIDE));
        weight = manager.ones(new Shape(CHANNELS));
        tokens = manager.randomNormal(new Shape(1, TOKENS, CHANNELS));
        matrix = manager.randomNormal(new Shape(4 * CHANNELS, CHANNELS));
        one = manager.ones(new Shape(1));
    }

    @TearDown
    public void close() {
        manager.close();
    }

    @Benchmark
    public void attentionComposed() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray q = in(query, scope);
            q.mul((float) (1 / Math.sqrt(WIDTH)))
                    .matMul(query.swapAxes(2, 3))
                    .softmax(-1)
                    .matMul(query);
        }
    }

    @Benchmark
    public void attention() {
        ATTENTION.apply(query, query, query).close();
    }

    @Benchmark
    public void groupNormComposed() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray groups = in(image, scope).reshape(1, GROUPS, -1);
            int[] last = {2};
            NDArray centred = groups.sub(groups.mean(last, true));
            NDArray scale = centred.square().mean(last, true).add(EPSILON).sqrt();
            NDArray scaled = centred.div(scale).reshape(image.getShape());
            NDArray normed =
                    scaled.mul(weight.reshape(1, -1, 1, 1)).add(weight.reshape(1, -1, 1, 1));
            normed.div(normed.neg().exp().add(1));
        }
    }

    @Benchmark
    public void groupNorm() {
        NORM.apply(image, weight, weight).close();
    }

    @Benchmark
    public void linear() {
        LINEAR.apply(tokens, matrix).close();
    }

    @Benchmark
    public void linearAsConvolution() {
        AS_CONVOLUTION.apply(tokens, matrix).close();
    }

    /** Measures what a call costs of itself. */
    @Benchmark
    public void callOfTorchScript() {
        NOTHING.apply(one).close();
    }

    @Benchmark
    public void callOfDjl() {
        one.add(1).close();
    }

    private static NDArray in(NDArray array, NDManager scope) {
        NDArray alias = array.reshape(array.getShape());
        alias.attach(scope);
        return alias;
    }
}
