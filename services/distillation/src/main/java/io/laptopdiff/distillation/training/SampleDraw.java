package io.laptopdiff.distillation.training;

import java.util.Random;

/**
 * The draws of chance about one sample of one step.
 *
 * @param image index in the data set
 * @param timestep of the noising
 * @param captioned whether the caption is used
 * @param seed of its latent and its noise
 */
record SampleDraw(int image, int timestep, boolean captioned, long seed) {

    /**
     * Returns standard normal numbers: for the latent, then for the noise.
     *
     * @param elements of the latent
     * @return 2 x elements
     */
    float[] gaussians(int elements) {
        Random random = new Random(seed);
        float[] values = new float[2 * elements];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
