package io.laptopdiff.diffusion.unet;

/**
 * The multiply-accumulates of one U-Net pass. Norms, activations, sums and softmax are not counted.
 *
 * @param convolution of convolutions, 1x1 ones included
 * @param linear of matrix products with weights
 * @param attention of the two matrix products inside attention, query with key and weights with
 *     value, self and cross
 */
public record Macs(long convolution, long linear, long attention) {

    static final Macs NONE = new Macs(0, 0, 0);

    /** Returns the sum of all multiply-accumulates. */
    public long total() {
        return convolution + linear + attention;
    }

    Macs plus(Macs other) {
        return new Macs(
                convolution + other.convolution,
                linear + other.linear,
                attention + other.attention);
    }

    static Macs ofConvolution(long in, long out, long kernel, long positions) {
        return new Macs(in * out * kernel * kernel * positions, 0, 0);
    }

    static Macs ofLinear(long in, long out, long positions) {
        return new Macs(0, in * out * positions, 0);
    }
}
