package io.laptopdiff.diffusion.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.List;

/** An exponential moving average of weights, which samples better than the last step's weights. */
public final class MovingAverage implements AutoCloseable {

    private static final TorchScriptFunction LERP =
            TorchScriptFunction.ofLists(
                    "moving average",
                    "average, current, weight",
                    "torch._foreach_mul_(average, 1 - weight[0])\n"
                            + "torch._foreach_add_(average, torch._foreach_mul(current, weight[0]))\n"
                            + "return weight[0]");

    private final StateDict current;
    private final StateDict average;
    private final NDManager owner;

    /** Starts from the present weights. */
    public MovingAverage(StateDict current, NDManager parent) {
        this(current, current.copy(parent), parent);
    }

    /** Goes on from a stored average, which it takes over. */
    public MovingAverage(StateDict current, StateDict average, NDManager parent) {
        this.current = current;
        this.average = average;
        this.owner = parent.newSubManager();
    }

    /**
     * Moves the average towards the present weights.
     *
     * @param decay share of the old average that stays, e.g. 0.999
     */
    public void update(double decay) {
        try (NDManager scope = owner.newSubManager()) {
            LERP.applyLists(
                    scope,
                    List.of(
                            average.arrays(),
                            current.arrays(),
                            List.of(scope.create((float) (1 - decay)))));
        }
    }

    /** The average; still owned here. */
    public StateDict average() {
        return average;
    }

    @Override
    public void close() {
        average.close();
        owner.close();
    }
}
