package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import java.util.Map;

/**
 * One captioned image as the U-Net takes it. C = latent channels, h, w = latent size, T = tokens, D
 * = cross attention dim.
 *
 * @param mean (1, C, h, w) of the autoencoder's distribution, times the scaling factor
 * @param deviation (1, C, h, w) standard deviation, times the scaling factor
 * @param caption what its caption became
 */
public record EncodedSample(NDArray mean, NDArray deviation, EncodedCaption caption) {

    static EncodedSample read(SafetensorsFile file, int image, NDManager owner) {
        return new EncodedSample(
                file.readFloat32("mean." + image, owner),
                file.readFloat32("deviation." + image, owner),
                EncodedCaption.read(file, "." + image, owner));
    }

    void addTo(Map<String, NDArray> tensors, int image) {
        tensors.put("mean." + image, mean);
        tensors.put("deviation." + image, deviation);
        caption.addTo(tensors, "." + image);
    }

    long bytes() {
        return mean.getShape().size() * 2 * Float.BYTES + caption.bytes();
    }
}
