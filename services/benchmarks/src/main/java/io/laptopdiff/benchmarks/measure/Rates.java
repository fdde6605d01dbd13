package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.Macs;

/**
 * How fast this machine multiplies through DJL: the best of several shapes of a U-Net, each as one
 * TorchScript operator repeated on the same arguments.
 *
 * @param convolution 3x3, in either memory format, FLOP/s
 * @param product of matrices, as {@code torch.linear} and {@code torch.matmul}, FLOP/s
 */
record Rates(double convolution, double product) {

    private static final int FEW = 2;
    private static final int MANY = 10;
    private static final int TIMES = 3;
    private static final int FLOP_PER_MAC = 2;

    /** TorchScript's numbers of data types. */
    enum Type {
        FLOAT32(6),
        BFLOAT16(15);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /**
     * @param channels of the three outermost stages
     * @param size of the latent
     */
    static Rates measure(NDManager manager, Type type, int[] channels, int size) {
        double convolution = 0;
        double product = 0;
        for (int stage = 0; stage < channels.length; stage++) {
            int c = channels[stage];
            int side = size >> stage;
            convolution = Math.max(convolution, convolution(manager, type, c, side));
            product = Math.max(product, linear(manager, type, side * side, c, 8 * c));
            product = Math.max(product, linear(manager, type, side * side, 4 * c, c));
        }
        int square = 32 * size;
        return new Rates(
                convolution, Math.max(product, linear(manager, type, square, square, square)));
    }

    /** What a pass would take if all of it ran at these rates, in seconds. */
    double least(Macs macs) {
        return FLOP_PER_MAC * macs.convolution() / convolution
                + FLOP_PER_MAC * (macs.linear() + macs.attention()) / product;
    }

    private static double convolution(NDManager manager, Type type, int c, int side) {
        double best = 0;
        for (int format : new int[] {0, 2}) { // contiguous, channels_last
            best =
                    Math.max(
                            best,
                            rate(
                                    9.0 * c * c * side * side,
                                    type,
                                    "x = torch.contiguous(x, memory_format=" + format + ")\n",
                                    "torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)",
                                    manager,
                                    new Shape(1, c, side, side),
                                    new Shape(c, c, 3, 3)));
        }
        return best;
    }

    private static double linear(NDManager manager, Type type, int rows, int in, int out) {
        return rate(
                (double) rows * in * out,
                type,
                "",
                "torch.linear(x, w)",
                manager,
                new Shape(rows, in),
                new Shape(out, in));
    }

    /** From the difference of few and many repetitions: calls and conversions drop out. */
    private static double rate(
            double macs,
            Type type,
            String before,
            String operator,
            NDManager parent,
            Shape x,
            Shape w) {
        try (NDManager scope = parent.newSubManager()) {
            NDArray[] arguments = {scope.randomNormal(x), scope.randomNormal(w)};
            double few = seconds(FEW, type, before, operator, arguments);
            double many = seconds(MANY, type, before, operator, arguments);
            return FLOP_PER_MAC * macs * (MANY - FEW) / Math.max(many - few, 1e-9);
        }
    }

    private static double seconds(
            int times, Type type, String before, String operator, NDArray[] arguments) {
        TorchScriptFunction repeated =
                TorchScriptFunction.of(
                        operator + " " + times + " times",
                        "x, w",
                        "x = torch.to(x, %s)%nw = torch.to(w, %s)%n%sy = x%nfor i in range(%s):%n  y = %s%nreturn torch.sum(y)"
                                .formatted(type.number, type.number, before, times, operator)
                                .replace(System.lineSeparator(), "\n"));
        return Timing.quickest(TIMES, () -> repeated.apply(arguments).close());
    }
}
