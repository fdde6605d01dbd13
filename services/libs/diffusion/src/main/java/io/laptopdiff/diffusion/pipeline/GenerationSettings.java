package io.laptopdiff.diffusion.pipeline;

/**
 * The settings by which images are drawn.
 *
 * @param steps inference steps, at least 1
 * @param guidanceScale classifier-free guidance; at 1 or less the model runs without the
 *     unconditional half
 * @param height in pixels; 0 for what the model was made for
 * @param width in pixels; 0 for what the model was made for
 * @param batchSize the most images drawn at once, which bounds memory
 */
public record GenerationSettings(
        int steps, double guidanceScale, int height, int width, int batchSize) {

    private static final int DEFAULT_BATCH = 8; // at 512x512 about 3 GB of activations on a CPU

    public GenerationSettings {
        require(steps >= 1, "steps", steps, "at least 1");
        require(guidanceScale >= 0, "guidanceScale", guidanceScale, "at least 0"); // NaN fails too
        require(height >= 0, "height", height, "at least 0");
        require(width >= 0, "width", width, "at least 0");
        require(batchSize >= 1, "batchSize", batchSize, "at least 1");
    }

    /** Returns settings for images of the model's own size, and a bounded batch. */
    public static GenerationSettings of(int steps, double guidanceScale) {
        return new GenerationSettings(steps, guidanceScale, 0, 0, DEFAULT_BATCH);
    }

    /** Returns these settings with another bound on the batch. */
    public GenerationSettings withBatchSize(int images) {
        return new GenerationSettings(steps, guidanceScale, height, width, images);
    }

    boolean guides() {
        return guidanceScale > 1;
    }

    private static void require(boolean holds, String field, Number value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(field + " = " + value + ": must be " + rule);
        }
    }
}
