package io.laptopdiff.experiments.design;

import io.laptopdiff.contracts.run.RunSpec;

/**
 * One run.
 *
 * @param group what it is for, the same for every seed
 * @param seed of calibration, distillation and evaluation
 * @param spec asked of the gateway
 */
public record Experiment(String group, long seed, RunSpec spec) {
    /** Unique among the experiments. */
    public String name() {
        return group + "-seed-" + seed;
    }
}
