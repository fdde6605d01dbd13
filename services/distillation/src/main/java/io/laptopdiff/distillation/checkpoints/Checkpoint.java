package io.laptopdiff.distillation.checkpoints;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.nio.file.Path;

/**
 * A whole checkpoint on disk.
 *
 * @param directory holds {@code checkpoint.json}, {@code unet/} and {@code optimizer.safetensors}
 * @param progress what its {@code checkpoint.json} says
 */
public record Checkpoint(Path directory, Progress progress) {

    static final String PROGRESS = "checkpoint.json";
    static final String UNET = "unet";
    static final String OPTIMIZER = "optimizer";

    /**
     * Student and optimizer as they were.
     *
     * @param parent weights and optimizer state live in sub-managers of it
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the weights are not those
     *     of the layout
     */
    public Trainee restore(UNetLayout layout, AdamW.Settings settings, NDManager parent) {
        StateDict weights =
                StateDict.read(
                        directory.resolve(UNET),
                        UNet2DConditionModel.WEIGHTS,
                        layout.tensors(),
                        parent);
        Trainee trainee =
                Trainee.fresh(new UNet2DConditionModel(layout, weights), settings, parent);
        trainee.optimizer().read(directory, OPTIMIZER);
        return trainee;
    }
}
