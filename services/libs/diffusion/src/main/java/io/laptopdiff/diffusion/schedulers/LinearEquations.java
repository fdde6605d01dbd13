package io.laptopdiff.diffusion.schedulers;

/** Solves small systems of linear equations. */
final class LinearEquations {

    private LinearEquations() {}

    /**
     * Solves a system by Gaussian elimination with partial pivoting.
     *
     * @param rows n rows of n coefficients and the right side; used up
     */
    static double[] solve(double[][] rows) {
        int size = rows.length;
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int row = column + 1; row < size; row++) {
                if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) {
                    pivot = row;
                }
            }
            double[] best = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = best;
            for (int row = 0; row < size; row++) {
                double share = row == column ? 0 : rows[row][column] / best[column];
                for (int k = column; k <= size && share != 0; k++) {
                    rows[row][k] -= share * best[k];
                }
            }
        }
        double[] solution = new double[size];
        for (int i = 0; i < size; i++) {
            solution[i] = rows[i][size] / rows[i][i];
        }
        return solution;
    }
}
