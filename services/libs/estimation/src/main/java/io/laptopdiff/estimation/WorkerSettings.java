package io.laptopdiff.estimation;

import io.laptopdiff.diffusion.unet.RemovalSweep;
import java.time.Duration;

/**
 * How workers are set, as far as it changes what a run takes. The defaults are theirs, and what
 * cannot be set they take from here.
 *
 * @param scoringBatch {@code laptopdiff.scoring.batch-size}: samples in one pass at most
 * @param scoringTogether {@code laptopdiff.scoring.together}: removals in one pass at most
 * @param drawingBatch {@code laptopdiff.evaluation.batch-size}: images drawn at once at most
 * @param latencyPasses {@code laptopdiff.evaluation.latency-passes}: of each U-Net, at most
 * @param latencyTime {@code laptopdiff.evaluation.latency-time}: after it, fewer passes will do
 */
public record WorkerSettings(
        int scoringBatch,
        int scoringTogether,
        int drawingBatch,
        int latencyPasses,
        Duration latencyTime) {

    /** Samples in one pass. */
    public static final int SCORING_BATCH = 4;

    /** Images drawn at once. */
    public static final int DRAWING_BATCH = 8;

    /** Passes that a median latency is of. */
    public static final int LATENCY_PASSES = 51;

    /** The seconds after which {@link #FEWEST_LATENCY_PASSES} will do. */
    public static final int LATENCY_SECONDS = 20;

    /** A median of fewer would be little better than a single pass. */
    public static final int FEWEST_LATENCY_PASSES = 5;

    /** Passes before the first that counts: TorchScript still compiles and caches fill in them. */
    public static final int LATENCY_WARM_UPS = 3;

    /** A unit's seconds are measured so often, with it and without it. */
    public static final int COST_REPEATS = 5;

    /** Checkpoints of a training that stay. */
    public static final int KEPT_CHECKPOINTS = 2;

    /**
     * The held-out images of a prompt: a covariance needs more images than means do, and real ones
     * cost no drawing.
     */
    public static final int REAL_IMAGES_PER_PROMPT = 4;

    /** The bytes of an encoded data set that are kept in memory at most once it was read. */
    public static final long KEPT_DATASET_BYTES = 512L << 20;

    /** The settings of workers that nobody set. */
    public static final WorkerSettings DEFAULT =
            new WorkerSettings(
                    SCORING_BATCH,
                    RemovalSweep.TOGETHER,
                    DRAWING_BATCH,
                    LATENCY_PASSES,
                    Duration.ofSeconds(LATENCY_SECONDS));

    private static final double MILLIS = 1e3;

    /**
     * Checks them as the workers do.
     *
     * @throws IllegalArgumentException naming the option that breaks a rule
     */
    public WorkerSettings {
        requirePositive("laptopdiff.scoring.batch-size", scoringBatch);
        requirePositive("laptopdiff.scoring.together", scoringTogether);
        requirePositive("laptopdiff.evaluation.batch-size", drawingBatch);
        requirePositive("laptopdiff.evaluation.latency-passes", latencyPasses);
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " = " + value + ": it must be at least 1");
        }
    }

    /** Rounds that a latency takes, those before the first that counts among them. */
    public double latencyRounds(double secondsOfARound) {
        int fewest = Math.min(FEWEST_LATENCY_PASSES, latencyPasses);
        double inTime = Math.ceil(latencyTime.toMillis() / MILLIS / secondsOfARound);
        return Math.min(
                LATENCY_WARM_UPS + latencyPasses, Math.max(LATENCY_WARM_UPS + fewest, inTime));
    }

    /** Returns the same settings with smaller batches. */
    WorkerSettings within(int scoringSamples, int together, int images) {
        return new WorkerSettings(scoringSamples, together, images, latencyPasses, latencyTime);
    }
}
