package io.laptopdiff.evaluation.metrics;

import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.diffusion.clip.ClipScore;
import io.laptopdiff.diffusion.clip.Embeddings;

/**
 * What a scorer's embeddings are turned into, image by image.
 *
 * <ul>
 *   <li>CLIP score: see {@link ClipScore}
 *   <li>PickScore (Kirstain et al., 2023, equation 1 and the published code): exp(logit_scale) *
 *       cosine
 *   <li>HPS v2 (Wu et al., 2023): exp(logit_scale) * cosine; its scale is 100, so the figures are
 *       those of the paper's tables
 * </ul>
 */
public final class Similarity {

    private Similarity() {}

    /**
     * The score of each image.
     *
     * @param images (N, E) embeddings of any length
     * @param captions (N, E), each of the image of the same index
     * @param scale exp(logit_scale) of the scorer
     * @return (N)
     */
    public static double[] each(
            ScorerMetric metric, float[][] images, float[][] captions, double scale) {
        if (metric == ScorerMetric.CLIP_SCORE) {
            return ClipScore.each(images, captions);
        }
        Embeddings.requireOneEach(images.length, captions.length);
        double[] scores = new double[images.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = scale * Embeddings.cosine(images[i], captions[i]);
        }
        return scores;
    }
}
