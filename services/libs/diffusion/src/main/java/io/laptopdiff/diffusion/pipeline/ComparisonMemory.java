package io.laptopdiff.diffusion.pipeline;

import io.laptopdiff.diffusion.unet.PassMemory;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.VaeMemory;

/**
 * The bytes that drawing with a teacher and a student beside each other takes at most, told from
 * configs: both U-Nets in fp32, and what they share.
 *
 * @param textParameters of all text encoders
 * @param scorerParameters of the models that judge the images
 */
public record ComparisonMemory(
        UNetLayout teacher,
        UNetLayout student,
        VaeMemory vae,
        long textParameters,
        long scorerParameters) {

    private static final long FLOAT32 = 4;

    /** Returns the bytes of the weights of all models. */
    public long weights() {
        return pass().weights()
                + vae.weights()
                + FLOAT32 * (student.parameters() + textParameters + scorerParameters);
    }

    /**
     * Returns the bytes of everything that the device holds, weights included.
     *
     * @param batch samples of one pass of a U-Net: twice the images where they are guided
     */
    public long needed(int batch) {
        return weights() + Math.max(pass().pass(batch), vae.pass());
    }

    private PassMemory pass() {
        int size = teacher.config().sampleSize();
        return new PassMemory(teacher, size, size, false);
    }
}
