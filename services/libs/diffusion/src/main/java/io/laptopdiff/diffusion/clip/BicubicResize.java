package io.laptopdiff.diffusion.clip;

/**
 * Bicubic scaling with antialiasing, to the bit as Pillow does it: weights in fixed point, rows
 * first, then columns, 8 bits in between (Pillow, src/libImaging/Resample.c).
 */
final class BicubicResize {

    private static final double A = -0.5; // Keys, 1981; Pillow's choice
    private static final double SUPPORT = 2; // source pixels that the cubic reaches to either side
    private static final int PRECISION_BITS = 32 - 8 - 2;

    /**
     * The sources of target pixels: the first source pixel of each, and the fixed-point weights
     * from there on.
     */
    private record Filter(int[] first, int[][] weights) {}

    private BicubicResize() {}

    static RgbImage resize(RgbImage image, int width, int height) {
        RgbImage result = image;
        if (width != result.width()) {
            byte[] rgb =
                    scale(
                            result.rgb(),
                            result.height(),
                            result.width(),
                            3,
                            filter(result.width(), width));
            result = new RgbImage(width, result.height(), rgb);
        }
        if (height != result.height()) {
            byte[] rgb =
                    scale(
                            result.rgb(),
                            1,
                            result.height(),
                            width * 3,
                            filter(result.height(), height));
            result = new RgbImage(width, height, rgb);
        }
        return result;
    }

    private static double cubic(double distance) {
        double x = Math.abs(distance);
        if (x < 1) {
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }

    private static Filter filter(int from, int to) {
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1); // only when shrinking must the filter widen
        double support = SUPPORT * stretch;
        int[] first = new int[to];
        int[][] weights = new int[to][];
        for (int target = 0; target < to; target++) {
            double centre = (target + 0.5) * scale;
            int begin = Math.max((int) (centre - support + 0.5), 0);
            int end = Math.min((int) (centre + support + 0.5), from);
            double[] exact = new double[end - begin];
            double sum = 0;
            for (int i = 0; i < exact.length; i++) {
                exact[i] = cubic((i + begin - centre + 0.5) * (1 / stretch));
                sum += exact[i];
            }
            first[target] = begin;
            weights[target] = new int[exact.length];
            for (int i = 0; i < exact.length; i++) {
                double fixed = (sum == 0 ? exact[i] : exact[i] / sum) * (1 << PRECISION_BITS);
                weights[target][i] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
            }
        }
        return new Filter(first, weights);
    }

    /** Scales an array (outer, from, inner) to (outer, to, inner). */
    private static byte[] scale(byte[] in, int outer, int from, int inner, Filter filter) {
        int to = filter.first().length;
        byte[] out = new byte[outer * to * inner];
        for (int o = 0; o < outer; o++) {
            for (int target = 0; target < to; target++) {
                int[] weights = filter.weights()[target];
                int source = (o * from + filter.first()[target]) * inner;
                for (int k = 0; k < inner; k++) {
                    int sum = 1 << (PRECISION_BITS - 1); // one half, so that the shift rounds
                    for (int i = 0; i < weights.length; i++) {
                        sum += (in[source + i * inner + k] & 0xFF) * weights[i];
                    }
                    out[(o * to + target) * inner + k] =
                            (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
                }
            }
        }
        return out;
    }
}
