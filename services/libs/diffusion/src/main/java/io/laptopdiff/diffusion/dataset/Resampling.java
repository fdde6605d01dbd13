package io.laptopdiff.diffusion.dataset;

/**
 * Anti-aliased bilinear scaling: a triangle filter as wide as the scale asks, as Pillow's BILINEAR.
 */
final class Resampling {

    private Resampling() {}

    static CaptionedImage toSquare(CaptionedImage image, int resolution) {
        if (image.height() == resolution && image.width() == resolution) {
            return image;
        }
        if (resolution < 1) {
            throw new IllegalArgumentException(
                    "resolution = " + resolution + " must be at least 1 pixel");
        }
        int shorter = Math.min(image.height(), image.width());
        int height =
                Math.max(
                        resolution,
                        (int) Math.round((double) image.height() * resolution / shorter));
        int width =
                Math.max(
                        resolution,
                        (int) Math.round((double) image.width() * resolution / shorter));
        // (3, H, W) -> (3, H, width) -> (3, height, width)
        float[] wide = scale(image.pixels(), 3 * image.height(), image.width(), 1, width);
        float[] scaled = scale(wide, 3, image.height(), width, height);
        int top = (height - resolution) / 2;
        int left = (width - resolution) / 2;
        float[] cut = new float[3 * resolution * resolution]; // (3, resolution, resolution)
        for (int row = 0; row < 3 * resolution; row++) {
            int source = (row / resolution * height + top + row % resolution) * width + left;
            System.arraycopy(scaled, source, cut, row * resolution, resolution);
        }
        return new CaptionedImage(cut, resolution, resolution, image.caption());
    }

    /** Scales an array (outer, from, inner) to (outer, to, inner). */
    private static float[] scale(float[] in, int outer, int from, int inner, int to) {
        float[] out = new float[outer * to * inner];
        double scale = (double) from / to;
        double reach = Math.max(1, scale); // of the triangle on either side, in source pixels
        for (int t = 0; t < to; t++) {
            double centre = (t + 0.5) * scale;
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int last = Math.min(from, (int) (centre + reach + 0.5));
            double[] weights = new double[last - first];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.max(0, 1 - Math.abs(first + i + 0.5 - centre) / reach);
                sum += weights[i];
            }
            for (int o = 0; o < outer; o++) {
                for (int k = 0; k < inner; k++) {
                    double value = 0;
                    for (int i = 0; i < weights.length; i++) {
                        value += weights[i] * in[(o * from + first + i) * inner + k];
                    }
                    out[(o * to + t) * inner + k] = (float) (value / sum);
                }
            }
        }
        return out;
    }
}
