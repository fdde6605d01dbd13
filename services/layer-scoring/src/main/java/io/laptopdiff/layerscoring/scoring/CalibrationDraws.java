package io.laptopdiff.layerscoring.scoring;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The samples of a calibration set. Sample i follows from the seed, i and the size of the data set
 * alone, so that any cut into slices and batches measures the same.
 */
public final class CalibrationDraws {

    private final long seed;
    private final int trainingTimesteps;
    private final int[] order;

    /**
     * @param seed of images, timesteps and noise
     * @param images size of the data set; a larger number of samples begins it anew
     * @param trainingTimesteps timesteps are uniform from 0 to one less
     */
    public CalibrationDraws(long seed, int images, int trainingTimesteps) {
        if (images < 1 || trainingTimesteps < 1) {
            throw new IllegalArgumentException(
                    "images = "
                            + images
                            + ", trainingTimesteps = "
                            + trainingTimesteps
                            + ": both must be at least 1");
        }
        this.seed = seed;
        this.trainingTimesteps = trainingTimesteps;
        this.order = shuffled(images, new Random(mixed(seed, -1)));
    }

    /**
     * Shuffles the images, so that draws are without replacement: a draw of the same image twice
     * says less about the model than two images.
     */
    private static int[] shuffled(int images, Random random) {
        int[] order = IntStream.range(0, images).toArray();
        for (int i = images - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    /** Returns sample number {@code index}, from 0. */
    public CalibrationDraw draw(int index) {
        long own = mixed(seed, index);
        int timestep = new Random(own).nextInt(trainingTimesteps);
        return new CalibrationDraw(index, order[index % order.length], timestep, mixed(own, 1));
    }

    /** Samples {@code from} to {@code to - 1}. */
    public List<CalibrationDraw> draws(int from, int to) {
        return IntStream.range(from, to).mapToObj(this::draw).toList();
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
