package io.laptopdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.testing.TinyXlTeacher;
import io.laptopdiff.diffusion.unet.AddedConditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableDiffusionXlPipelineTest {

    private static final List<String> PROMPT = List.of("a red circle");
    private static final float[] UNCROPPED = {32, 32, 0, 0, 32, 32};

    @TempDir Path directory;

    /** Euler's method (Karras et al., 2022, algorithm 2 without noise) with separate passes. */
    @Test
    void shouldDrawWhatTheFormulasSay() throws IOException {
        TinyXlTeacher.write(directory, 1);
        NoiseScheduler noising = NoiseScheduler.read(directory.resolve("scheduler"));
        double guidance = 3;
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(directory, manager);
                TextEncoders encoders = TextEncoders.load(directory, manager)) {
            PromptEmbeddings text = encoders.embed(PROMPT, manager);
            assertThat(text.hiddenStates().getShape()).isEqualTo(new Shape(1, 77, 40));
            NDArray ids = manager.create(UNCROPPED, new Shape(1, 6));
            AddedConditions added = encoders.added(text, 32, 32);
            assertThat(added.timeIds().toFloatArray()).isEqualTo(UNCROPPED);
            AddedConditions nothing = new AddedConditions(text.pooled().zerosLike(), ids);

            double[] sigmas = {sigma(noising, 501), sigma(noising, 1), 0};
            // "leading" spacing starts at the variance of data and noise together
            double start = Math.sqrt(sigmas[0] * sigmas[0] + 1);
            NDArray x = manager.create(LatentNoise.of(5, 4 * 8 * 8), new Shape(1, 4, 8, 8));
            x = x.mul(start);
            for (int step = 0; step < 2; step++) {
                NDArray t = manager.create(new float[] {step == 0 ? 501 : 1});
                NDArray input = x.div(Math.sqrt(sigmas[step] * sigmas[step] + 1));
                NDArray with =
                        pipeline.unet().forward(input, t, text.hiddenStates(), added).sample();
                NDArray without =
                        pipeline.unet()
                                .forward(input, t, text.hiddenStates().zerosLike(), nothing)
                                .sample();
                NDArray noise = with.mul(guidance).add(without.mul(1 - guidance));
                x = x.add(noise.mul(sigmas[step + 1] - sigmas[step]));
            }
            float[] drawn =
                    pipeline.latents(
                                    text,
                                    new long[] {5},
                                    GenerationSettings.of(2, guidance),
                                    (step, all) -> {},
                                    manager)
                            .toFloatArray();
            assertThat(drawn).containsExactly(x.toFloatArray(), within(1e-4f));
        }
    }

    private static double sigma(NoiseScheduler noising, int timestep) {
        double left = noising.alphaCumprod(timestep);
        return Math.sqrt((1 - left) / left);
    }

    @Test
    void shouldRefuseASecondEncoderOfAnotherWidth() throws IOException {
        TinyXlTeacher.write(directory, 1);
        Path config = directory.resolve("text_encoder_2/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"projection_dim\" : 20", "\"projection_dim\" : 24"));
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> TextEncoders.load(directory, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("projection_class_embeddings_input_dim");
        }
    }
}
