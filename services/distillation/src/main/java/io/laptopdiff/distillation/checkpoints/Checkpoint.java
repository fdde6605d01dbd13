package io.laptopdiff.distillation.checkpoints;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.training.MovingAverage;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.nio.file.Path;

/**
 * A whole checkpoint on disk.
 *
 * @param directory holds {@code checkpoint.json}, {@code unet/}, {@code optimizer.safetensors} and,
 *     where the student's average is kept, {@code average.safetensors}
 * @param progress what its {@code checkpoint.json} says
 */
public record Checkpoint(Path directory, Progress progress) {

    static final String PROGRESS = "checkpoint.json";
    static final String UNET = "unet";
    static final String OPTIMIZER = "optimizer";
    static final String AVERAGE = "average";

    /**
     * Restores student, optimizer and average as they were.
     *
     * @param parent weights, average and optimizer state live in sub-managers of it
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the weights are not those
     *     of the layout
     */
    public Trainee restore(UNetLayout layout, Trainee.Settings settings, NDManager parent) {
        StateDict weights =
                StateDict.read(
                        directory.resolve(UNET),
                        UNet2DConditionModel.WEIGHTS,
                        layout.tensors(),
                        parent);
        MovingAverage average =
                settings.averaged()
                        ? new MovingAverage(
                                weights,
                                StateDict.read(directory, AVERAGE, layout.tensors(), parent),
                                parent)
                        : null;
        Trainee trainee =
                Trainee.with(new UNet2DConditionModel(layout, weights), settings, average, parent);
        trainee.optimizer().read(directory, OPTIMIZER);
        return trainee;
    }
}
