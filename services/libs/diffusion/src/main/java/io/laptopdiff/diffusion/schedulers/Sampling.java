package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * One walk from noise to a sample, for one batch. Call {@link #scaleInput} and {@link #step} for
 * the steps 0, 1, ... in turn. Not thread-safe.
 */
public abstract class Sampling implements AutoCloseable {

    private final double[] timesteps;
    private final double initNoiseSigma;
    private final NDManager parent;
    private NDManager memory;
    private int next;

    Sampling(double[] timesteps, double initNoiseSigma, int trainingTimesteps, NDManager parent) {
        for (double timestep : timesteps) {
            if (timestep < 0 || timestep >= trainingTimesteps) {
                throw new IllegalArgumentException(
                        timesteps.length
                                + " inference steps lead to timestep "
                                + timestep
                                + ", outside the schedule's 0 to "
                                + (trainingTimesteps - 1)
                                + ". Use fewer steps.");
            }
        }
        this.timesteps = timesteps;
        this.initNoiseSigma = initNoiseSigma;
        this.parent = parent;
    }

    static void requireSteps(int steps, int most) {
        if (steps < 1 || steps > most) {
            throw new IllegalArgumentException(
                    "Inference steps "
                            + steps
                            + ": must be at least 1 and at most "
                            + most
                            + ", which is all that the sampler's schedule has");
        }
    }

    /** The number of calls of the model; PNDM makes one more than the inference steps asked for. */
    public int steps() {
        return timesteps.length;
    }

    /** The timestep that the model is told at a step; not always a whole number. */
    public double timestep(int step) {
        return timesteps[step];
    }

    /** Returns the factor that makes the first sample of standard normal noise. */
    public double initNoiseSigma() {
        return initNoiseSigma;
    }

    /**
     * The model's input at a step.
     *
     * @return a new array in the manager of {@code sample}
     */
    public NDArray scaleInput(int step, NDArray sample) {
        return sample.duplicate();
    }

    /**
     * The next sample.
     *
     * @param step 0 at first, then one more each time
     * @param modelOutput what the model predicts for {@link #scaleInput} at {@link #timestep}
     * @param sample the current sample; stays untouched
     * @return a new array in the manager of {@code sample}
     * @throws IllegalStateException if {@code step} is not the next one
     */
    public final NDArray step(int step, NDArray modelOutput, NDArray sample) {
        if (step != next || step >= timesteps.length) {
            throw new IllegalStateException(
                    "Step "
                            + step
                            + " of "
                            + timesteps.length
                            + " where "
                            + next
                            + " comes next: begin a new sampling");
        }
        next++;
        return advance(step, modelOutput, sample);
    }

    abstract NDArray advance(int step, NDArray modelOutput, NDArray sample);

    /** Hands an array over to this sampling, which frees it when closed. */
    NDArray remember(NDArray array) {
        if (memory == null) {
            memory = parent.newSubManager();
        }
        array.attach(memory);
        return array;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
