package io.laptopdiff.diffusion.fabrication;

import ai.djl.ndarray.types.Shape;
import io.laptopdiff.common.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The values of one tensor, each a function of seed, tensor name and index alone, so that neither
 * order nor file matters.
 *
 * <p>Weights of two or more dimensions have mean 0 and standard deviation 1/sqrt(fan in), which
 * keeps the variance of activations from layer to layer (Glorot and Bengio, 2010, section 4.2.1);
 * weights of norms are 1, biases 0. A value is the sum of four uniform 16-bit numbers, close to
 * normal and never beyond 3.47 standard deviations.
 */
final class RandomTensor {

    /** The constant of SplitMix64: Steele, Lea and Flood, 2014, figure 17. */
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private static final int LANES = 4;
    private static final double MEAN = LANES * 65535 / 2.0;

    /**
     * The standard deviation of a sum of uniform integers below 65536, whose variances are (65536^2
     * - 1) / 12 each.
     */
    private static final double DEVIATION = Math.sqrt(LANES * (65536.0 * 65536.0 - 1) / 12);

    private final long size;
    private final boolean constant;
    private final float constantValue;
    private final double scale;
    private final long key;

    /**
     * @param name of the tensor, its part of the pipeline included
     */
    RandomTensor(String name, Shape shape, long seed) {
        size = shape.size();
        constant = shape.dimension() < 2;
        constantValue = name.endsWith("weight") ? 1 : 0;
        scale = constant ? 0 : 1 / (DEVIATION * Math.sqrt((double) size / shape.get(0)));
        key = key(name, seed);
    }

    private static long key(String name, long seed) {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
    }

    /** The number of values. */
    long size() {
        return size;
    }

    float value(long index) {
        if (constant) {
            return constantValue;
        }
        long z = key + (index + 1) * GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        long sum = (z & 0xffff) + (z >>> 16 & 0xffff) + (z >>> 32 & 0xffff) + (z >>> 48);
        return (float) ((sum - MEAN) * scale);
    }
}
