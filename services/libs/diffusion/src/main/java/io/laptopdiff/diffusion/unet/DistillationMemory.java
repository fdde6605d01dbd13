package io.laptopdiff.diffusion.unet;

import io.laptopdiff.diffusion.vae.VaeMemory;

/**
 * The bytes that the distillation of a student takes at most, told from two layouts.
 *
 * @param teacher its layout
 * @param student its layout
 * @param textTokens of a caption
 * @param vae decodes images that are drawn between the steps
 * @param dataset bytes that are kept of the encoded data set
 */
public record DistillationMemory(
        UNetLayout teacher, UNetLayout student, int textTokens, VaeMemory vae, long dataset) {

    private static final long FLOAT32 = 4;

    /** The passes that a guided image takes: it is drawn with and without its caption. */
    private static final int GUIDED = 2;

    /**
     * The way in which the student is distilled.
     *
     * @param bf16 whether the frozen teacher is a {@link Bfloat16UNet}
     * @param checkpointing of gradients, per stage
     * @param averaged whether a moving average of the weights is kept
     * @param guided whether the teacher sees every sample twice
     * @param batch samples of one pass
     * @param batches of one optimizer step
     * @param draws whether images are drawn between the steps
     * @param recovers whether candidates are trained for a few steps before one of them is cut
     *     again
     */
    public record Choice(
            boolean bf16,
            boolean checkpointing,
            boolean averaged,
            boolean guided,
            int batch,
            int batches,
            boolean draws,
            boolean recovers) {

        /** Makes a choice without candidates. */
        public Choice(
                boolean bf16,
                boolean checkpointing,
                boolean averaged,
                boolean guided,
                int batch,
                int batches,
                boolean draws) {
            this(bf16, checkpointing, averaged, guided, batch, batches, draws, false);
        }

        /** Returns the same choice with candidates or without. */
        public Choice recovering(boolean candidates) {
            return new Choice(
                    bf16, checkpointing, averaged, guided, batch, batches, draws, candidates);
        }
    }

    /** Returns the bytes of everything that one device holds, weights included. */
    public long needed(Choice choice) {
        int size = teacher.config().sampleSize();
        PassMemory pass = new PassMemory(teacher, size, size, choice.bf16());
        TrainingMemory training = new TrainingMemory(student, size, size, textTokens);
        // The student is cut from full weights, whatever the teacher computes with later. Before
        // that, only candidates have read samples, and loaded a bfloat16 teacher.
        long cutting = FLOAT32 * (teacher.parameters() + student.parameters());
        if (choice.recovers()) {
            cutting += dataset + (choice.bf16() ? pass.weights() : 0);
        }
        // The teacher sees all batches of a step first.
        long taught =
                choice.batches()
                        * new TrainingMemory(teacher, size, size, textTokens)
                                .features(choice.batch());
        long kept = pass.weights() + training.parameters(choice.averaged());
        long step =
                taught
                        + training.features(choice.batch())
                        + Math.max(
                                pass.pass((choice.guided() ? 2 : 1) * choice.batch()),
                                training.activations(choice.batch(), choice.checkpointing()));
        long drawing = choice.draws() ? vae.weights() + Math.max(pass.pass(GUIDED), vae.pass()) : 0;
        return Math.max(cutting, dataset + kept + Math.max(step, drawing));
    }
}
