package io.laptopdiff.diffusion.clip;

/**
 * Scores how well images fit their captions: 100 * max(cosine(image, caption), 0). A model's score
 * is the mean over its images.
 *
 * <p>CLIPScore (Hessel et al., 2021, equation 1) with the weight 100 that text-to-image papers
 * report, where the captioning paper takes 2.5.
 */
public final class ClipScore {

    private static final double WEIGHT = 100;

    private ClipScore() {}

    /**
     * Computes the score of each image.
     *
     * @param images (N, E) embeddings of any length
     * @param captions (N, E), each of the image of the same index
     * @return (N), each from 0 to 100
     */
    public static double[] each(float[][] images, float[][] captions) {
        Embeddings.requireOneEach(images.length, captions.length);
        double[] scores = new double[images.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = WEIGHT * Math.max(0, Embeddings.cosine(images[i], captions[i]));
        }
        return scores;
    }
}
