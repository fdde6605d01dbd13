package io.laptopdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pipeline whose own sampler nobody knows, drawn with each that is known. */
class NamedSamplerTest {

    private static final List<String> PROMPTS = List.of("a red square", "two blue circles");
    private static final long[] SEEDS = {5, 9};

    @TempDir static Path directory;

    @BeforeAll
    static void write() throws IOException {
        TinyTeacher.write(directory, 1);
        Path config = directory.resolve("scheduler/scheduler_config.json");
        String known = Files.readString(config);
        String unknown = known.replace("DDIMScheduler", "SomeLaterScheduler");
        assertThat(unknown).isNotEqualTo(known);
        Files.writeString(config, unknown);
    }

    static Iterable<String> names() {
        return Scheduler.names();
    }

    /** What a sampler adds on the way follows from an image's seed alone. */
    @ParameterizedTest
    @MethodSource("names")
    void shouldDrawTheSameLatentsWhateverTheBatch(String name) {
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(
                                directory, Scheduler.ofPipeline(directory, name), manager)) {
            NDArray together = latents(pipeline, PROMPTS, SEEDS, manager);
            assertThat(
                            GoldenFiles.relativeError(
                                    latents(pipeline, PROMPTS, SEEDS, manager), together))
                    .isZero();
            for (int i = 0; i < SEEDS.length; i++) {
                NDArray alone =
                        latents(
                                pipeline,
                                PROMPTS.subList(i, i + 1),
                                new long[] {SEEDS[i]},
                                manager);
                NDArray here = together.get(i + ":" + (i + 1));
                assertThat(GoldenFiles.relativeError(alone, here)).isLessThan(1e-4);
                assertThat(GoldenFiles.relativeError(alone, together.get((1 - i) + ":" + (2 - i))))
                        .isGreaterThan(0.1);
            }
        }
    }

    private static NDArray latents(
            StableDiffusionPipeline pipeline, List<String> texts, long[] seeds, NDManager manager) {
        return pipeline.latents(
                pipeline.embed(texts, manager),
                seeds,
                GenerationSettings.of(3, 2),
                (step, steps) -> {},
                manager);
    }

    @Test
    void shouldSayWhichSamplersThereAreWhereItsOwnIsUnknown() {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> StableDiffusionPipeline.load(directory, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("SomeLaterScheduler")
                    .hasMessageContaining("UniPCMultistepScheduler")
                    .hasMessageContaining("euler-ancestral");
        }
    }
}
