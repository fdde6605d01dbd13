package io.laptopdiff.diffusion.pipeline;

import java.util.Random;

/**
 * The noise that an image begins with, and then that of its steps where the sampler adds any: a
 * function of its seed alone, so that it does not depend on the batch that the image is drawn in,
 * nor on the machine.
 *
 * <p>The seed goes through SplitMix64's finalizer (Steele et al., 2014), for the first numbers of
 * {@link Random} are alike for neighbouring seeds; then {@link Random#nextGaussian} gives the
 * latent in the order channel, row, column. Both are specified to the bit. The numbers are not
 * those of PyTorch's generators.
 */
public final class LatentNoise {

    private final Random random;

    private LatentNoise(Random random) {
        this.random = random;
    }

    /** The first standard normal numbers of a seed. */
    public static float[] of(long seed, int count) {
        return of(seed).next(count);
    }

    /** Makes the noise of a seed, from its first number on. It is not thread-safe. */
    public static LatentNoise of(long seed) {
        long mixed = seed + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return new LatentNoise(new Random(mixed ^ (mixed >>> 31)));
    }

    /** The next standard normal numbers. */
    public float[] next(int count) {
        float[] noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }
}
