package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.Macs;

/**
 * How fast this machine multiplies FLOAT32 numbers through DJL: the best of several shapes of a
 * U-Net, each one TorchScript operator per call. Every call gives its result back, so that none of
 * them can be optimised away, and counts with all that it takes, so that no rate is above what was
 * reached. At full size the call itself is less than a hundredth of its operator.
 *
 * @param convolution 3x3, in either memory format, FLOP/s
 * @param product of matrices, as {@code torch.linear}, FLOP/s
 */
record Rates(double convolution, double product) {

    private static final int FLOP_PER_MAC = 2;
    private static final double KERNEL = 9; // 3x3

    private static final TorchScriptFunction CONVOLUTION =
            TorchScriptFunction.of(
                    "convolution",
                    "x, w",
                    "return torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)");
    private static final TorchScriptFunction CHANNELS_LAST =
            TorchScriptFunction.of(
                    "channels last", "x", "return torch.contiguous(x, memory_format=2)");
    private static final TorchScriptFunction LINEAR =
            TorchScriptFunction.of("linear", "x, w", "return torch.linear(x, w)");

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

    /** Returns the seconds that a pass would take if all of it ran at these rates. */
    double least(Macs macs) {
        return FLOP_PER_MAC * macs.convolution() / convolution
                + FLOP_PER_MAC * (macs.linear() + macs.attention()) / product;
    }

    private static double convolution(NDManager parent, int c, int side) {
        double macs = KERNEL * c * c * side * side;
        try (NDManager scope = parent.newSubManager()) {
            NDArray x = scope.randomNormal(new Shape(1, c, side, side));
            NDArray w = scope.randomNormal(new Shape(c, c, 3, 3));
            return Math.max(
                    rate(macs, CONVOLUTION, x, w),
                    rate(macs, CONVOLUTION, CHANNELS_LAST.apply(x), w));
        }
    }

    private static double linear(NDManager parent, int rows, int in, int out) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray x = scope.randomNormal(new Shape(rows, in));
            NDArray w = scope.randomNormal(new Shape(out, in));
            return rate((double) rows * in * out, LINEAR, x, w);
        }
    }

    private static double rate(double macs, TorchScriptFunction operator, NDArray... arguments) {
        return FLOP_PER_MAC
                * macs
                / Timing.perCall(() -> operator.apply(arguments).close(), System::nanoTime);
    }
}
