package io.laptopdiff.shapes.dataset;

import java.util.List;

/**
 * SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"), written
 * out so that a seed draws the same images on every machine and JDK for ever.
 */
final class RandomStream {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** A stream of its own for every combination of the parts. */
    RandomStream(long... parts) {
        for (long part : parts) {
            state = mix(state + GOLDEN_GAMMA) ^ part;
        }
        state = mix(state);
    }

    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Returns a number uniform in [0, 1). */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Returns a number uniform in [-amplitude, amplitude). */
    double jitter(double amplitude) {
        return (nextDouble() * 2 - 1) * amplitude;
    }

    int nextInt(int bound) {
        return (int) (nextDouble() * bound);
    }

    <T> T pick(List<T> choices) {
        return choices.get(nextInt(choices.size()));
    }
}
