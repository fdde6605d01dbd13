package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;

/** Makes fresh weights, as PyTorch initialises linear and convolution layers. */
final class Initial {
    private Initial() {}

    /**
     * Draws values uniform in ±1/sqrt(fan in) for two or more dimensions; else gives 1 for weights
     * and 0 for biases.
     */
    static float[] values(String name, Shape shape, Random random) {
        float[] values = new float[Math.toIntExact(shape.size())];
        if (shape.dimension() < 2) {
            Arrays.fill(values, name.endsWith("weight") ? 1f : 0f);
            return values;
        }
        double bound = 1 / Math.sqrt((double) shape.size() / shape.get(0));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
        return values;
    }
}
