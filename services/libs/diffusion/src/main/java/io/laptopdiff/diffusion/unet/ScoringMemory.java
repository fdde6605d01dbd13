package io.laptopdiff.diffusion.unet;

import java.util.Collection;
import java.util.Set;

/**
 * The bytes that the scoring of a teacher's units takes at most, told from its layout.
 *
 * @param textTokens of a caption
 * @param bf16 whether the teacher computes in bfloat16
 * @param gradients whether a criterion looks at the gradients of all weights, one sample at a time
 */
public record ScoringMemory(UNetLayout teacher, int textTokens, boolean bf16, boolean gradients) {

    private static final long FLOAT32 = 4;

    /**
     * Returns the bytes of everything that the device holds, weights included.
     *
     * @param batch samples of one pass
     * @param together removals that are computed together
     * @param removals sets of units, each removed by itself
     */
    public long needed(int batch, int together, Collection<Set<String>> removals) {
        int size = teacher.config().sampleSize();
        PassMemory memory = new PassMemory(teacher, size, size, bf16);
        long sweep = memory.sweep(batch, together, removals);
        if (!gradients) {
            return memory.weights() + sweep;
        }
        long back =
                FLOAT32 * teacher.parameters()
                        + new TrainingMemory(teacher, size, size, textTokens).activations(1, false);
        return memory.weights() + Math.max(sweep, back);
    }
}
