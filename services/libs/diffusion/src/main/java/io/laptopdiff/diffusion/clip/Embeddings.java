package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** Vectors in the shared space of images and captions. */
public final class Embeddings {

    private Embeddings() {}

    /** Returns the rows of an array (N, E). */
    public static float[][] rows(NDArray embeddings) {
        int width = Math.toIntExact(embeddings.getShape().get(1));
        float[] flat = embeddings.toFloatArray();
        float[][] rows = new float[flat.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }

    /**
     * Computes the cosine of two vectors: 0 where one has no length, for then it points nowhere.
     */
    public static double cosine(float[] a, float[] b) {
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

    /**
     * @throws IllegalArgumentException unless there is one caption for each image, and an image
     */
    public static void requireOneEach(int images, int captions) {
        if (images != captions || images == 0) {
            throw new IllegalArgumentException(
                    images
                            + " images and "
                            + captions
                            + " captions: one caption per image, and at least one");
        }
    }
}
