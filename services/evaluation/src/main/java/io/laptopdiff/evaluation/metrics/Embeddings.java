package io.laptopdiff.evaluation.metrics;

/** Vectors in the shared space of images and captions. */
final class Embeddings {

    private Embeddings() {}

    /** 0 where a vector has no length, for then it points nowhere. */
    static double cosine(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "embeddings of " + a.length + " and " + b.length + " numbers");
        }
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        double length = Math.sqrt(squareA) * Math.sqrt(squareB);
        return length == 0 ? 0 : Math.max(-1, Math.min(1, product / length));
    }

    static void requireOneEach(int images, int captions) {
        if (images != captions || images == 0) {
            throw new IllegalArgumentException(
                    images
                            + " images and "
                            + captions
                            + " captions: one caption per image, and at least one");
        }
    }
}
