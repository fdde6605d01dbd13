package io.laptopdiff.diffusion.schedulers;

import io.laptopdiff.diffusion.checkpoint.ModelConfig;

/**
 * The order of each step of DPM-Solver++: it rises with the predictions at hand, and falls at the
 * end.
 *
 * @param order the highest
 * @param lowerAtEnd {@code lower_order_final}: for few steps, the order falls step by step
 * @param firstAtEnd whether the last step is of first order, however many there are
 */
record DpmSolverOrders(int order, boolean lowerAtEnd, boolean firstAtEnd) {

    private static final int FEW_STEPS = 15; // as diffusers has it

    static DpmSolverOrders of(ModelConfig config, boolean stochastic, boolean endsAtZero) {
        int order = config.integer("solver_order", 2);
        // The third order of diffusers' stochastic solver does not go over into its second order
        // for short steps, so that it is hardly what was meant.
        int most = stochastic ? 2 : 3;
        if (order < 1 || order > most) {
            throw config.refuse(
                    "solver_order",
                    stochastic ? "1 or 2 with algorithm_type sde-dpmsolver++" : "1, 2 or 3");
        }
        return new DpmSolverOrders(
                order,
                config.flag("lower_order_final", true),
                endsAtZero || config.flag("euler_at_final", false));
    }

    /**
     * @param step counted from 0
     * @param steps of the sampling
     */
    int at(int step, int steps) {
        int left = steps - step;
        int most = Math.min(order, step + 1);
        if (left == 1 && firstAtEnd) {
            return 1;
        }
        return lowerAtEnd && steps < FEW_STEPS ? Math.min(most, left) : most;
    }
}
