package io.laptopdiff.evaluation.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Mean and covariance of a set of feature vectors. N = vectors, D = their width.
 *
 * @param mean (D)
 * @param covariance (D, D), unbiased: divided by N - 1, as in the published implementations of FID
 */
public record Gaussian(double[] mean, DMatrixRMaj covariance) {
    public Gaussian {
        if (covariance.numRows != mean.length || covariance.numCols != mean.length) {
            throw new IllegalArgumentException(
                    "covariance is "
                            + covariance.numRows
                            + "x"
                            + covariance.numCols
                            + ": it must be square and as wide as the mean, "
                            + mean.length);
        }
    }

    /**
     * Fits a set of vectors.
     *
     * @param features (N, D), N at least 2
     */
    public static Gaussian of(float[][] features) {
        int n = features.length;
        if (n < 2) {
            throw new IllegalArgumentException(
                    "features holds " + n + " vectors: a covariance needs at least 2");
        }
        int d = features[0].length;
        double[] mean = new double[d];
        for (float[] vector : features) {
            requireWidth(vector, d);
            for (int j = 0; j < d; j++) {
                mean[j] += vector[j];
            }
        }
        for (int j = 0; j < d; j++) {
            mean[j] /= n;
        }
        // Centred first: the difference of two large sums would lose what a small variance is.
        DMatrixRMaj centred = new DMatrixRMaj(n, d);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                centred.set(i, j, features[i][j] - mean[j]);
            }
        }
        DMatrixRMaj covariance = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multInner(centred, covariance);
        CommonOps_DDRM.divide(covariance, n - 1);
        return new Gaussian(mean, covariance);
    }

    private static void requireWidth(float[] vector, int width) {
        if (vector.length != width) {
            throw new IllegalArgumentException(
                    "a feature vector has "
                            + vector.length
                            + " numbers where others have "
                            + width);
        }
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("a feature vector holds " + value);
            }
        }
    }

    /** Returns the width of the vectors, D. */
    public int dimension() {
        return mean.length;
    }
}
