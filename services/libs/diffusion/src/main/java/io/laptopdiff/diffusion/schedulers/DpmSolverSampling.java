package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * A walk of DPM-Solver++. With lambda = log(signal / noise), a step of length h from s to t is
 *
 * <pre>x_t = (noise_t / noise_s) x_s + signal_t (c0 D0 + c1 D1 + c2 D2)</pre>
 *
 * where D0 is the original predicted at s, and D1 and D2 its first and second difference quotients
 * over the steps before, in units of h (Lu et al., 2022, appendix B). The stochastic equation
 * behaves as one of length 2 h whose noise is drawn anew in part.
 */
final class DpmSolverSampling extends Sampling {

    private final PredictionType predictionType;
    private final double[] sigmas;
    private final DpmSolverOrders orders;
    private final boolean stochastic;
    private final boolean heun;
    private final StepNoise noise;
    private final Deque<NDArray> originals = new ArrayDeque<>(); // newest first

    DpmSolverSampling(
            PredictionType predictionType,
            Sigmas sigmas,
            DpmSolverOrders orders,
            boolean stochastic,
            boolean heun,
            int trainingTimesteps,
            StepNoise noise,
            NDManager parent) {
        super(sigmas.timesteps(), 1, trainingTimesteps, parent);
        this.predictionType = predictionType;
        this.sigmas = sigmas.levels();
        this.orders = orders;
        this.stochastic = stochastic;
        this.heun = heun;
        this.noise = noise;
    }

    @Override
    NDArray advance(int step, NDArray modelOutput, NDArray sample) {
        double from = sigmas[step];
        double to = sigmas[step + 1];
        originals.addFirst(remember(predictionType.originalAt(from, sample, modelOutput)));
        double h = Sigmas.lambda(to) - Sigmas.lambda(from); // infinite where no noise is left
        double length = stochastic ? 2 * h : h;
        double ofSample = Sigmas.noise(to) / Sigmas.noise(from) * (stochastic ? Math.exp(-h) : 1);
        double[] weights = h == 0 ? new double[] {0} : weights(step, h, length);
        NDArray next = sample.mul(ofSample);
        Iterator<NDArray> newestFirst = originals.iterator();
        for (double weight : weights) {
            LinearCombination.add(next, Sigmas.signal(to) * weight, newestFirst.next());
        }
        if (originals.size() == orders.order()) {
            originals.removeLast().close();
        }
        double drawnAnew = stochastic ? Sigmas.noise(to) * Math.sqrt(-Math.expm1(-length)) : 0;
        if (drawnAnew != 0) {
            try (NDArray drawn = noise.of(step, sample)) {
                LinearCombination.add(next, drawnAnew, drawn);
            }
        }
        return next;
    }

    /** Returns the weights of the predicted originals, newest first, in units of the signal. */
    private double[] weights(int step, double h, double length) {
        int order = orders.at(step, steps());
        double decay = Math.expm1(-length);
        if (order == 1) {
            return new double[] {-decay};
        }
        double r0 = (Sigmas.lambda(sigmas[step]) - Sigmas.lambda(sigmas[step - 1])) / h;
        double c1 = order == 2 && !heun ? -decay / 2 : decay / length + 1;
        if (order == 2) {
            return new double[] {-decay + c1 / r0, -c1 / r0};
        }
        double r1 = (Sigmas.lambda(sigmas[step - 1]) - Sigmas.lambda(sigmas[step - 2])) / h;
        double c2 = 0.5 - (decay + length) / (length * length);
        // D1 = q0 + r0 / (r0 + r1) (q0 - q1), D2 = (q0 - q1) / (r0 + r1), of the quotients q0
        // = (m0 - m1) / r0 and q1 = (m1 - m2) / r1
        double ofDifference = (c1 * r0 + c2) / (r0 + r1);
        double ofQ0 = c1 + ofDifference;
        return new double[] {-decay + ofQ0 / r0, -ofQ0 / r0 - ofDifference / r1, ofDifference / r1};
    }
}
