package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;

/**
 * The noising of training (DDPM): from an original and noise to the noisy sample and to what the
 * model shall predict.
 *
 * <p>B = batch; originals, noise and results have one shape (B, ...).
 */
public final class NoiseScheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;

    private NoiseScheduler(NoiseSchedule schedule, PredictionType predictionType) {
        this.schedule = schedule;
        this.predictionType = predictionType;
    }

    /**
     * Reads {@code scheduler_config.json} of a directory, whichever sampler it names.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     unsupported
     */
    public static NoiseScheduler read(Path directory) {
        return of(ModelConfig.read(directory, "scheduler_config.json"));
    }

    /** Makes a scheduler, as {@link #read} does, of a config that is at hand. */
    public static NoiseScheduler of(ModelConfig config) {
        return new NoiseScheduler(NoiseSchedule.of(config), SchedulerFields.predictionType(config));
    }

    /** The number of training timesteps. */
    public int timesteps() {
        return schedule.timesteps();
    }

    /** Returns what the model predicts. */
    public PredictionType predictionType() {
        return predictionType;
    }

    /** The share of signal, as variance, that is left at a timestep. */
    public double alphaCumprod(int timestep) {
        return schedule.alphaCumprod(timestep);
    }

    /**
     * Computes the noisy sample, sqrt(a_t) original + sqrt(1 - a_t) noise.
     *
     * @param timesteps one per sample
     * @return a new array in the manager of {@code original}
     */
    public NDArray addNoise(NDArray original, NDArray noise, long[] timesteps) {
        return mix(original, noise, timesteps, 1);
    }

    /**
     * Does what {@link #addNoise(NDArray, NDArray, long[])} does; {@code timesteps} is (B), INT64.
     */
    public NDArray addNoise(NDArray original, NDArray noise, NDArray timesteps) {
        return addNoise(original, noise, timesteps.toLongArray());
    }

    /**
     * Computes the velocity, sqrt(a_t) noise - sqrt(1 - a_t) original.
     *
     * @param timesteps one per sample
     * @return a new array in the manager of {@code noise}
     */
    public NDArray velocity(NDArray original, NDArray noise, long[] timesteps) {
        return mix(noise, original, timesteps, -1);
    }

    /**
     * Does what {@link #velocity(NDArray, NDArray, long[])} does; {@code timesteps} is (B), INT64.
     */
    public NDArray velocity(NDArray original, NDArray noise, NDArray timesteps) {
        return velocity(original, noise, timesteps.toLongArray());
    }

    /**
     * Returns what the model shall predict: the noise itself (the same array), or a new array with
     * the velocity.
     *
     * @param timesteps one per sample
     */
    public NDArray target(NDArray original, NDArray noise, long[] timesteps) {
        return predictionType == PredictionType.EPSILON
                ? noise
                : velocity(original, noise, timesteps);
    }

    private NDArray mix(NDArray first, NDArray second, long[] timesteps, int sign) {
        Shape shape = first.getShape();
        if (shape.get(0) != timesteps.length) {
            throw new IllegalArgumentException(
                    timesteps.length
                            + " timesteps for a batch of "
                            + shape.get(0)
                            + ": give one per sample");
        }
        float[] signal = new float[timesteps.length];
        float[] noise = new float[timesteps.length];
        for (int i = 0; i < timesteps.length; i++) {
            if (timesteps[i] < 0 || timesteps[i] >= timesteps()) {
                throw new IllegalArgumentException(
                        "Timestep "
                                + timesteps[i]
                                + ": must be at least 0 and less than "
                                + timesteps());
            }
            signal[i] = (float) schedule.signal((int) timesteps[i]);
            noise[i] = (float) (sign * schedule.noise((int) timesteps[i]));
        }
        long[] perSample = new long[shape.dimension()]; // (B, 1, ...)
        java.util.Arrays.fill(perSample, 1);
        perSample[0] = timesteps.length;
        NDManager owner = first.getManager();
        try (NDArray signals = owner.create(signal, new Shape(perSample));
                NDArray noises = owner.create(noise, new Shape(perSample));
                NDArray part = second.mul(noises)) {
            return first.mul(signals).addi(part);
        }
    }
}
