package io.laptopdiff.distillation.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The samples of every batch. They follow from seed and number alone, whatever this process did
 * before, so that a training that was broken off goes on with the very sample that would have come
 * next. Every image is seen once before any is seen twice.
 */
class BatchDraws {

    private final long seed;
    private final int images;
    private final int batchSize;
    private final int timesteps;
    private final double captionDropout;
    private long shuffledRound = -1;
    private int[] order;

    /**
     * @param images size of the data set
     * @param timesteps drawn uniformly from 0 to one less
     * @param captionDropout share of samples without caption, from 0 to 1
     */
    BatchDraws(long seed, int images, int batchSize, int timesteps, double captionDropout) {
        if (images < 1 || batchSize < 1 || timesteps < 1) {
            throw new IllegalArgumentException(
                    "images = %d, batchSize = %d, timesteps = %d: each must be at least 1"
                            .formatted(images, batchSize, timesteps));
        }
        this.seed = seed;
        this.images = images;
        this.batchSize = batchSize;
        this.timesteps = timesteps;
        this.captionDropout = captionDropout;
    }

    int batchSize() {
        return batchSize;
    }

    /**
     * The samples of one batch.
     *
     * @param batch counted from 0
     */
    List<SampleDraw> at(long batch) {
        return from(batch * batchSize);
    }

    /**
     * The samples of the batch that begins with one.
     *
     * @param first counted from 0
     */
    List<SampleDraw> from(long first) {
        List<SampleDraw> draws = new ArrayList<>();
        for (int i = 0; i < batchSize; i++) {
            long sample = first + i;
            Random random = new Random(mixed(seed, sample));
            int timestep = random.nextInt(timesteps);
            boolean captioned = random.nextDouble() >= captionDropout;
            draws.add(new SampleDraw(image(sample), timestep, captioned, random.nextLong()));
        }
        return draws;
    }

    private int image(long sample) {
        long round = sample / images;
        if (round != shuffledRound) {
            order = shuffled(new Random(mixed(~seed, round)));
            shuffledRound = round;
        }
        return order[(int) (sample % images)];
    }

    private int[] shuffled(Random random) {
        int[] shuffled = IntStream.range(0, images).toArray();
        for (int i = images - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = other;
        }
        return shuffled;
    }

    /**
     * The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): neighbouring inputs give
     * unrelated seeds.
     */
    private static long mixed(long seed, long index) {
        long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
