package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.CheckpointedPass;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.function.Consumer;

/**
 * A student's way forward and back.
 *
 * @param output what a loss is computed from, recorded
 * @param backward adds the gradient of a loss, a scalar, to every weight; the last one, after which
 *     what was recorded is gone
 * @param backwardBefore the same before the last one
 */
record StudentPass(
        UNetOutput output, Consumer<NDArray> backward, Consumer<NDArray> backwardBefore) {

    /**
     * Runs forward.
     *
     * @param checkpointed whether to keep only what lies between the stages
     * @param tape open
     * @param scope owns what is made
     */
    static StudentPass of(
            UNet2DConditionModel student,
            Batches.Batch batch,
            boolean checkpointed,
            GradientTape tape,
            NDManager scope) {
        NDArray noisy = Aliases.of(batch.noisy(), scope);
        if (checkpointed) {
            CheckpointedPass pass =
                    CheckpointedPass.of(
                            student, noisy, batch.timesteps(), batch.text(), batch.added());
            Consumer<NDArray> backward = loss -> pass.backward(loss, tape);
            return new StudentPass(pass.output(), backward, backward);
        }
        UNetOutput output = student.forward(noisy, batch.timesteps(), batch.text(), batch.added());
        return new StudentPass(output, tape::backward, tape::backwardKeepingGraph);
    }
}
