package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.unet.ScoringMemory;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.estimation.TeacherParts;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one worker may take. None of it changes a score by more than rounding.
 *
 * @param batchSize samples in one pass at most
 * @param together removals in one pass at most
 * @param memory bytes that the process may hold; empty: what the machine has
 * @param devices the first of them computes
 */
public record ScoringLimits(int batchSize, int together, OptionalLong memory, Devices devices) {

    private static final String OPTION = "laptopdiff.scoring.memory";

    public ScoringLimits {
        requirePositive("batch-size", batchSize);
        requirePositive("together", together);
    }

    /** Makes limits on the device that is there. */
    public ScoringLimits(int batchSize, int together, OptionalLong memory) {
        this(batchSize, together, memory, Devices.auto());
    }

    /** Makes limits with as much memory as the machine has. */
    public ScoringLimits(int batchSize, int together) {
        this(batchSize, together, OptionalLong.empty());
    }

    /** Returns the same limits on other devices. */
    public ScoringLimits on(Devices others) {
        return new ScoringLimits(batchSize, together, memory, others);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "laptopdiff.scoring." + name + " = " + value + ": it must be at least 1");
        }
    }

    /**
     * The largest size that fits, predicted before anything is loaded.
     *
     * @param gradients whether a criterion looks at them
     * @throws StageException if one sample without one unit at a time would not fit
     */
    PassSize sizeFor(SliceSource source, boolean gradients) {
        return sizeFor(source, gradients, new MemoryLimit(memory, devices).available());
    }

    /** Returns the largest size that fits into so many bytes. */
    PassSize sizeFor(SliceSource source, boolean gradients, long bytes) {
        PassSize size = new PassSize(batchSize, together, 0);
        while (true) {
            long needed = needed(source, source.precision(), gradients, size);
            if (needed <= bytes) {
                return new PassSize(size.batch(), size.together(), needed);
            }
            if (size.batch() == 1 && size.together() == 1) {
                throw tooLarge(source, gradients, needed, bytes);
            }
            size = smaller(size);
        }
    }

    /** Samples first: removals share more of the work. */
    private static PassSize smaller(PassSize size) {
        return size.batch() > 1
                ? new PassSize(size.batch() - 1, size.together(), 0)
                : new PassSize(1, size.together() - 1, 0);
    }

    static long needed(SliceSource source, Precision precision, boolean gradients, PassSize size) {
        List<Set<String>> units =
                source.layout().units().stream().map(Unit::path).map(Set::of).toList();
        TeacherParts parts = TeacherParts.read(source.teacher().root());
        long scoring =
                new ScoringMemory(
                                parts.unet(),
                                parts.tokens(),
                                precision == Precision.BF16,
                                gradients)
                        .needed(size.batch(), size.together(), units);
        return Math.max(scoring, parts.encoding()); // one after the other
    }

    /**
     * Returns the images that the whole teacher draws at once: as many as fit, at most those of a
     * pass.
     *
     * @param guidanceScale above 1 each image takes two samples of a pass
     * @param beside bytes of what is in memory at the same time
     * @throws StageException if not even one fits
     */
    int drawnTogether(SliceSource source, double guidanceScale, long beside) {
        return drawnTogether(
                source, guidanceScale, beside, new MemoryLimit(memory, devices).available());
    }

    /** Returns the images that the whole teacher draws at once within so many bytes. */
    int drawnTogether(SliceSource source, double guidanceScale, long beside, long bytes) {
        TeacherParts parts = TeacherParts.read(source.teacher().root());
        int guided = guidanceScale > 1 ? 2 : 1;
        for (int images = batchSize; images > 0; images--) {
            if (parts.drawing(guided * images) + beside <= bytes) {
                return images;
            }
        }
        throw new StageException(
                "The teacher takes "
                        + MemoryLimit.text(parts.drawing(guided) + beside)
                        + " to draw one image for scoring, and scoring may take "
                        + MemoryLimit.text(bytes),
                source.teacher().root().toString(),
                "Give calibration.dataset instead of calibration.prompts, ask for scoring.criteria"
                        + " without clip-score, or give the worker more memory ("
                        + OPTION
                        + ").");
    }

    private static StageException tooLarge(
            SliceSource source, boolean gradients, long needed, long bytes) {
        PassSize least = new PassSize(1, 1, 0);
        if (gradients && needed(source, source.precision(), false, least) <= bytes) {
            return new StageException(
                    "The criterion 'taylor' takes "
                            + MemoryLimit.text(needed)
                            + " for gradients beside the weights, and scoring may take "
                            + MemoryLimit.text(bytes),
                    source.teacher().unet().toString(),
                    "Ask for other scoring.criteria, such as output-loss, which needs no"
                            + " gradients, or give the worker more memory ("
                            + OPTION
                            + ").");
        }
        long halved = needed(source, Precision.BF16, false, least);
        boolean helps = source.precision() == Precision.FP32 && !gradients && halved <= bytes;
        return new StageException(
                "Scoring one sample takes "
                        + MemoryLimit.text(needed)
                        + " beside what the process holds already, and it may take "
                        + MemoryLimit.text(bytes),
                source.teacher().unet().toString(),
                helps
                        ? "Set scoring.precision to bf16, which takes "
                                + MemoryLimit.text(halved)
                                + "."
                        : "Give the worker more memory ("
                                + OPTION
                                + ", or the container's limit), or stop what else runs on the machine.");
    }
}
