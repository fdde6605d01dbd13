package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A training of seconds: an autoencoder of four channels, twelve steps, a checkpoint every four.
 */
final class TinyVaeTraining {

    static final int STEPS = 12;
    static final int CHECKPOINT_EVERY = 4;

    private static final StageRecipe RECIPE =
            new StageRecipe(STEPS, 2, 1e-2, 2, 0.9, CHECKPOINT_EVERY);
    private static final String CONFIG =
            """
            {"_class_name": "AutoencoderKL", "act_fn": "silu", "in_channels": 3, "out_channels": 3,
             "latent_channels": 4, "layers_per_block": 1, "block_out_channels": [4, 4], "norm_num_groups": 2,
             "sample_size": 64, "scaling_factor": 1.0,
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}""";

    private TinyVaeTraining() {}

    /** A process that stands still before its tenth step, until it is killed. */
    public static void main(String[] arguments) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            run(Path.of(arguments[0]), 9, manager);
        }
    }

    static TrainingLoop.Result run(Path checkpoints, NDManager manager) throws IOException {
        return run(checkpoints, Integer.MAX_VALUE, manager);
    }

    private static TrainingLoop.Result run(Path checkpoints, int standStillAt, NDManager manager)
            throws IOException {
        VaeConfig config =
                VaeConfig.of(
                        ModelConfig.of(
                                Path.of("config.json"), new ObjectMapper().readTree(CONFIG)));
        Map<String, Shape> shapes = AutoencoderKL.tensors(config);
        return new TrainingLoop("tiny", RECIPE, checkpoints, manager)
                .run(
                        shapes,
                        owner -> StateDict.random(shapes, 3, owner),
                        weights ->
                                new StandingStill(
                                        new VaeObjective(
                                                AutoencoderKL.of(config, weights),
                                                ShapesDataset.training(3),
                                                2),
                                        standStillAt));
    }

    private record StandingStill(TrainingLoop.Objective objective, int at)
            implements TrainingLoop.Objective {

        @Override
        public List<String> terms() {
            return objective.terms();
        }

        @Override
        public NDList at(int step, NDManager scope) {
            if (step == at) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("Interrupted instead of killed", e);
                }
            }
            return objective.at(step, scope);
        }
    }
}
