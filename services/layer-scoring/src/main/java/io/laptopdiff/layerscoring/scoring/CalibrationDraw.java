package io.laptopdiff.layerscoring.scoring;

import java.util.Random;

/**
 * One sample of the calibration set: which image, how much noise, and which.
 *
 * @param index of the sample in the whole set
 * @param image index in the data set
 * @param timestep of the training schedule
 * @param noiseSeed of the noise that is added
 */
public record CalibrationDraw(int index, int image, int timestep, long noiseSeed) {

    /**
     * Returns the seed of the first latent where the teacher draws the sample: another one than the
     * noise's, so that what is added later has nothing to do with what the image came from.
     */
    long imageSeed() {
        return ~noiseSeed;
    }

    /**
     * Returns standard normal numbers, the same on every machine: the algorithm of {@link Random}
     * is part of its contract.
     */
    public float[] noise(int size) {
        Random random = new Random(noiseSeed);
        float[] noise = new float[size];
        for (int i = 0; i < size; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }
}
