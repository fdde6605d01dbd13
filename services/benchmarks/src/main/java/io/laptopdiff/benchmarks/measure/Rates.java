package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.Macs;

/**
 * How fast this machine multiplies FLOAT32 numbers through DJL: the best of several shapes of a
 * U-Net, each as one TorchScript operator repeated on the same arguments.
 *
 * @param convolution 3x3, in either memory format, FLOP/s
 * @param product of matrices, as {@code torch.linear} and {@code torch.matmul}, FLOP/s
 */
record Rates(double convolution, double product) {

    private static final int FEW = 2;
    private static final int MANY = 10;
    private static final int TIMES = 3;
    private static final int FLOP_PER_MAC = 2;

    /**
     * @param channels of the three outermost stages
     * @param size of the latent
     */
    static Rates measure(NDManager manager, int[] channels, int size) {
        double convolution = 0;
        double product = 0;
        for (int stage = 0; stage < channels.length; stage++) {
            int c = channels[stage];
            int side = size >> stage;
            convolution = Math.max(convolution, convolution(manager, c, side));
            product = Math.max(product, linear(manager, side * side, c, 8 * c));
            product = Math.max(product, linear(manager, side * side, 4 * c, c));
        }
        int square = 32 * size;
        return new Rates(convolution, Math.max(product, linear(manager, square, square, square)));
    }

    /** What a pass would take if all of it ran at these rates, in seconds. */
    double least(Macs macs) {
        return FLOP_PER_MAC * macs.convolution() / convolution
                + FLOP_PER_MAC * (macs.linear() + macs.attention()) / product;
    }

    private static double convolution(NDManager manager, int c, int side) {
        double best = 0;
        for (int format : new int[] {0, 2}) { // contiguous, channels_last
            best =
                    Math.max(
                            best,
                            rate(
                                    9.0 * c * c * side * side,
                                    "x = torch.contiguous(x, memory_format=" + format + ")\n",
                                    "torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)",
                                    manager,
                                    new Shape(1, c, side, side),
                                    new Shape(c, c, 3, 3)));
        }
        return best;
    }

    private static double linear(NDManager manager, int rows, int in, int out) {
        return rate(
                (double) rows * in * out,
                "",
                "torch.linear(x, w)",
                manager,
                new Shape(rows, in),
                new Shape(out, in));
    }

    /** From the difference of few and many repetitions: the call itself drops out. */
    private static double rate(
            double macs, String before, String operator, NDManager parent, Shape x, Shape w) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray[] arguments = {scope.randomNormal(x), scope.randomNormal(w)};
            double few = seconds(FEW, before, operator, arguments);
            double many = seconds(MANY, before, operator, arguments);
            return FLOP_PER_MAC * macs * (MANY - FEW) / Math.max(many - few, 1e-9);
        }
    }

    private static double seconds(int times, String before, String operator, NDArray[] arguments) {
        TorchScriptFunction repeated =
                TorchScriptFunction.of(
                        operator + " " + times + " times",
                        "x, w",
                        before
                                + "y = x\nfor i in range("
                                + times
                                + "):\n  y = "
                                + operator
                                + "\nreturn torch.sum(y)");
        return Timing.quickest(TIMES, () -> repeated.apply(arguments).close());
    }
}
