package io.laptopdiff.diffusion.schedulers;

import java.util.Set;

/**
 * The coefficients of UniPC (Zhao et al., 2023, algorithms 1 and 2; appendix for data prediction).
 *
 * @param order the highest
 * @param lowerAtEnd whether the order falls step by step at the end
 * @param firstKind B(h) = h, else exp(h) - 1 (bh1 and bh2)
 * @param ofOriginals whether originals are interpolated ({@code predict_x0}), else the noise
 * @param uncorrected steps whose prediction is not corrected
 */
record UniPcSolver(
        int order,
        boolean lowerAtEnd,
        boolean firstKind,
        boolean ofOriginals,
        Set<Integer> uncorrected) {

    /**
     * A step from the noise level s to t as a weighted sum.
     *
     * @param sample of the sample at s
     * @param predictions of what was predicted at s and before it, newest first
     * @param there of what is predicted at t; 0 where it is not known yet
     */
    record Weights(double sample, double[] predictions, double there) {}

    /** The order of a step's prediction, and of its correction in the next step. */
    int at(int step, int steps) {
        return Math.min(lowerAtEnd ? Math.min(order, steps - step) : order, step + 1);
    }

    /**
     * Returns the step from {@code levels[s]} to the next level, along what was predicted before.
     */
    Weights predictor(double[] levels, int s, int orderThere) {
        return weights(levels, s, orderThere, false);
    }

    /** Returns the step of {@link #predictor}, along what is predicted at the next level, too. */
    Weights corrector(double[] levels, int s, int orderThere) {
        return weights(levels, s, orderThere, true);
    }

    private Weights weights(double[] levels, int s, int orderThere, boolean corrects) {
        double from = levels[s];
        double to = levels[s + 1];
        double h = Sigmas.lambda(to) - Sigmas.lambda(from); // infinite where no noise is left
        if (h == 0) {
            return new Weights(1, new double[1], 0);
        }
        double signed = ofOriginals ? -h : h;
        double factor = ofOriginals ? Sigmas.signal(to) : Sigmas.noise(to);
        double sample =
                ofOriginals
                        ? Sigmas.noise(to) / Sigmas.noise(from)
                        : Sigmas.signal(to) / Sigmas.signal(from);
        double[] predictions = new double[orderThere];
        // noise_t (exp(h) - 1), without the product of nothing and infinity where t has no noise
        predictions[0] =
                ofOriginals
                        ? -factor * Math.expm1(signed)
                        : Sigmas.noise(to) - sample * Sigmas.noise(from);
        double there = 0;
        if (orderThere > 1 || corrects) {
            double scale = factor * (firstKind ? signed : Math.expm1(signed));
            double[] ratios = ratios(levels, s, orderThere, h);
            double[] rho = rho(ratios, signed, corrects);
            for (int k = 1; k < orderThere; k++) {
                double weight = scale * rho[k - 1] / ratios[k - 1];
                predictions[k] = -weight;
                predictions[0] += weight;
            }
            if (corrects) {
                there = -scale * rho[orderThere - 1];
                predictions[0] -= there;
            }
        }
        return new Weights(sample, predictions, there);
    }

    /** Returns how far back the earlier predictions lie, in units of h, and 1 for the one ahead. */
    private static double[] ratios(double[] levels, int s, int orderThere, double h) {
        double[] ratios = new double[orderThere];
        for (int k = 1; k < orderThere; k++) {
            ratios[k - 1] = (Sigmas.lambda(levels[s - k]) - Sigmas.lambda(levels[s])) / h;
        }
        ratios[orderThere - 1] = 1;
        return ratios;
    }

    /**
     * Returns the weights of the difference quotients; what diffusers simplifies at low orders is
     * simplified here.
     */
    private double[] rho(double[] ratios, double signed, boolean corrects) {
        int unknowns = corrects ? ratios.length : ratios.length - 1;
        if (ratios.length == (corrects ? 1 : 2)) {
            return new double[] {0.5};
        }
        double scale = firstKind ? signed : Math.expm1(signed);
        double[][] rows = new double[unknowns][unknowns + 1]; // the last column is the right side
        double phi = Math.expm1(signed) / signed - 1;
        double factorial = 1;
        for (int i = 0; i < unknowns; i++) {
            for (int k = 0; k < unknowns; k++) {
                rows[i][k] = Math.pow(ratios[k], i);
            }
            rows[i][unknowns] = phi * factorial / scale;
            factorial *= i + 2;
            phi = phi / signed - 1 / factorial;
        }
        return LinearEquations.solve(rows);
    }
}
