package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.unet.PassMemory;
import io.laptopdiff.diffusion.unet.Unit;
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

    /** On the device that is there. */
    public ScoringLimits(int batchSize, int together, OptionalLong memory) {
        this(batchSize, together, memory, Devices.auto());
    }

    /** As much as the machine has. */
    public ScoringLimits(int batchSize, int together) {
        this(batchSize, together, OptionalLong.empty());
    }

    /** The same elsewhere. */
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
     * @throws StageException if one sample without one unit at a time would not fit
     */
    PassSize sizeFor(SliceSource source) {
        return sizeFor(source, new MemoryLimit(memory, devices).available());
    }

    /** The same within so many bytes. */
    PassSize sizeFor(SliceSource source, long bytes) {
        PassSize size = new PassSize(batchSize, together, 0);
        while (true) {
            long needed = needed(source, source.precision(), size);
            if (needed <= bytes) {
                return new PassSize(size.batch(), size.together(), needed);
            }
            if (size.batch() == 1 && size.together() == 1) {
                throw tooLarge(source, needed, bytes);
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

    static long needed(SliceSource source, Precision precision, PassSize size) {
        int latent = source.layout().config().sampleSize();
        PassMemory memory =
                new PassMemory(source.layout(), latent, latent, precision == Precision.BF16);
        List<Set<String>> units =
                source.layout().units().stream().map(Unit::path).map(Set::of).toList();
        return memory.weights() + memory.sweep(size.batch(), size.together(), units);
    }

    private static StageException tooLarge(SliceSource source, long needed, long bytes) {
        long halved = needed(source, Precision.BF16, new PassSize(1, 1, 0));
        boolean helps = source.precision() == Precision.FP32 && halved <= bytes;
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
