package io.laptopdiff.diffusion.training;

/**
 * The factor on the base learning rate at each step: linear warm-up, then one of the usual courses.
 */
public enum LearningRateSchedule {
    CONSTANT {
        @Override
        double after(double progress) {
            return 1;
        }
    },
    LINEAR {
        @Override
        double after(double progress) {
            return 1 - progress;
        }
    },
    COSINE {
        @Override
        double after(double progress) {
            return (1 + Math.cos(Math.PI * progress)) / 2;
        }
    };

    /**
     * @param progress of the steps after the warm-up, in [0, 1]
     */
    abstract double after(double progress);

    /**
     * @param step counted from 0
     * @param warmupSteps steps of linear warm-up; 0 for none
     * @param steps of the whole training
     * @return the factor, in [0, 1]
     */
    public double factor(int step, int warmupSteps, int steps) {
        if (step < warmupSteps) {
            return (step + 1.0) / warmupSteps;
        }
        return after(
                steps <= warmupSteps
                        ? 1
                        : Math.min(1, (step - warmupSteps) / (double) (steps - warmupSteps)));
    }
}
