package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.shapes.dataset.ShapesDataset;

/**
 * Encoded images, made once for the whole training of the U-Net.
 *
 * @param values (N, {@code elements}) one after the other, not scaled
 * @param elements numbers of one latent
 * @param ids token ids by image
 */
record Latents(float[] values, int elements, long[][] ids) {

    private static final int BATCH = 64;

    static Latents encode(
            AutoencoderKL vae,
            ClipTokenizer tokenizer,
            ShapesDataset dataset,
            int count,
            NDManager parent) {
        float[] values = null;
        int elements = 0;
        long[][] ids = new long[count][];
        for (int from = 0; from < count; from += BATCH) {
            int size = Math.min(BATCH, count - from);
            try (NDManager scope = parent.newSubManager()) {
                NDArray images = Batches.images(dataset, from, size, scope);
                float[] batch = vae.encode(images).mean().toFloatArray();
                if (values == null) {
                    elements = batch.length / size;
                    values = new float[Math.multiplyExact(count, elements)];
                }
                System.arraycopy(batch, 0, values, from * elements, batch.length);
            }
            for (int i = from; i < from + size; i++) {
                ids[i] = tokenizer.encode(dataset.get(i).scene().caption());
            }
        }
        return new Latents(values, elements, ids);
    }

    int count() {
        return ids.length;
    }

    /**
     * Returns 1 / standard deviation: what makes latents of unit variance (Rombach et al., arXiv
     * 2112.10752, section G).
     */
    double scalingFactor() {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return 1 / Math.sqrt(squares / values.length - mean * mean);
    }
}
