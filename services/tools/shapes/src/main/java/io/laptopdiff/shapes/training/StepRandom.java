package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/**
 * The random numbers of one step: a function of seed, stage and step alone, so that a resumed run
 * draws the same.
 */
final class StepRandom {

    private final Random random;

    StepRandom(long seed, String stage, int step) {
        long mixed = (seed * 0x9E3779B97F4A7C15L + stage.hashCode()) * 0xBF58476D1CE4E5B9L + step;
        random = new Random(mixed ^ mixed >>> 31);
    }

    /** Returns a number uniform in [0, bound). */
    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a number uniform in [0, 1). */
    double nextDouble() {
        return random.nextDouble();
    }

    /** Returns standard normal numbers. */
    float[] gaussians(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Returns standard normal numbers of a shape. */
    NDArray gaussians(Shape shape, NDManager manager) {
        return manager.create(gaussians(Math.toIntExact(shape.size())), shape);
    }
}
