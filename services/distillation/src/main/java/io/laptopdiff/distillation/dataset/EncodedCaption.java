package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import java.util.Map;

/**
 * A caption as the U-Net takes it.
 *
 * @param text (1, T, D)
 * @param pooled (1, P), SDXL's pooled embedding; null for SD-v1.x and v2.x
 */
public record EncodedCaption(NDArray text, NDArray pooled) {

    static EncodedCaption read(SafetensorsFile file, String suffix, NDManager owner) {
        String pooled = "pooled" + suffix;
        return new EncodedCaption(
                file.readFloat32("text" + suffix, owner),
                file.tensors().containsKey(pooled) ? file.readFloat32(pooled, owner) : null);
    }

    void addTo(Map<String, NDArray> tensors, String suffix) {
        tensors.put("text" + suffix, text);
        if (pooled != null) {
            tensors.put("pooled" + suffix, pooled);
        }
    }

    long bytes() {
        return (text.getShape().size() + (pooled == null ? 0 : pooled.getShape().size()))
                * Float.BYTES;
    }
}
