package io.laptopdiff.evaluation.metrics;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Fréchet distance of two Gaussians (Dowson and Landau, 1982), as the FID uses it (Heusel et
 * al., 2017, section 3):
 *
 * <pre>|m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1^(1/2) S2 S1^(1/2))^(1/2))</pre>
 *
 * <p>The product in the middle has the eigenvalues of S1 S2 and is symmetric, so its square root is
 * exact and real by an eigen decomposition, also where few samples leave the covariances singular.
 * With fewer samples than dimensions the distance is biased upwards: compare only values of the
 * same number of images.
 */
public final class FrechetDistance {

    private FrechetDistance() {}

    /** Returns the distance of two Gaussians: at least 0, in squared units of the features. */
    public static double between(Gaussian a, Gaussian b) {
        if (a.dimension() != b.dimension()) {
            throw new IllegalArgumentException(
                    "features of " + a.dimension() + " and " + b.dimension() + " dimensions");
        }
        double means = 0;
        for (int i = 0; i < a.dimension(); i++) {
            double difference = a.mean()[i] - b.mean()[i];
            means += difference * difference;
        }
        double traces = CommonOps_DDRM.trace(a.covariance()) + CommonOps_DDRM.trace(b.covariance());
        // Rounding can take a distance of 0 a little below it.
        return Math.max(
                0, means + traces - 2 * traceOfRootOfProduct(a.covariance(), b.covariance()));
    }

    /** Returns tr((A^(1/2) B A^(1/2))^(1/2)) of two symmetric positive semi-definite matrices. */
    private static double traceOfRootOfProduct(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj root = root(a);
        DMatrixRMaj left = new DMatrixRMaj(a.numRows, a.numCols);
        DMatrixRMaj product = new DMatrixRMaj(a.numRows, a.numCols);
        CommonOps_DDRM.mult(root, b, left);
        CommonOps_DDRM.mult(left, root, product);
        EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(product, false);
        double trace = 0;
        for (int i = 0; i < product.numRows; i++) {
            trace += Math.sqrt(nonNegative(eigen.getEigenvalue(i).getReal()));
        }
        return trace;
    }

    /** The symmetric positive semi-definite square root. */
    static DMatrixRMaj root(DMatrixRMaj matrix) {
        int d = matrix.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(matrix, true);
        DMatrixRMaj vectors = new DMatrixRMaj(d, d); // one per column
        DMatrixRMaj scaled = new DMatrixRMaj(d, d);
        for (int column = 0; column < d; column++) {
            double root = Math.sqrt(nonNegative(eigen.getEigenvalue(column).getReal()));
            DMatrixRMaj vector = eigen.getEigenVector(column);
            for (int row = 0; row < d; row++) {
                vectors.set(row, column, vector.get(row));
                scaled.set(row, column, vector.get(row) * root);
            }
        }
        DMatrixRMaj result = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multTransB(scaled, vectors, result);
        return result;
    }

    private static EigenDecomposition_F64<DMatrixRMaj> decompose(
            DMatrixRMaj matrix, boolean vectors) {
        DMatrixRMaj symmetric = symmetric(matrix);
        EigenDecomposition_F64<DMatrixRMaj> eigen =
                DecompositionFactory_DDRM.eig(matrix.numRows, vectors, true);
        if (!eigen.decompose(symmetric)) {
            throw new ArithmeticException(
                    "the eigen decomposition of a "
                            + matrix.numRows
                            + "x"
                            + matrix.numRows
                            + " covariance failed");
        }
        return eigen;
    }

    /**
     * A copy without the asymmetry that rounding leaves, for the decomposition is told that there
     * is none.
     */
    private static DMatrixRMaj symmetric(DMatrixRMaj matrix) {
        DMatrixRMaj copy = matrix.copy();
        for (int i = 0; i < matrix.numRows; i++) {
            for (int j = 0; j < i; j++) {
                double value = (matrix.get(i, j) + matrix.get(j, i)) / 2;
                copy.set(i, j, value);
                copy.set(j, i, value);
            }
        }
        return copy;
    }

    /** A covariance has no negative eigenvalue; what is below 0 is rounding. */
    private static double nonNegative(double eigenvalue) {
        return Math.max(0, eigenvalue);
    }
}
