package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students of a teacher like SDXL: trained, written, and drawn with. */
class XlStudentTest {

    private static final int STAGES = 7; // three down, the middle, three up

    @TempDir private static Path home;
    private static TinyDistillation tiny;
    private static DistillationJob job;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.xl(home, 5);
        job =
                new DistillationJob(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        Devices.auto(),
                        Clock.systemUTC());
    }

    private static DistillationFinished train(PlanCreated plan) {
        Recorder recorder = Recorder.ofAll();
        return job.run(plan, recorder, recorder).orElseThrow();
    }

    private static void assertDraws(DistillationFinished finished, PlanCreated plan) {
        Path directory = Path.of(URI.create(finished.student()));
        for (String part : List.of("text_encoder_2/model.safetensors", "tokenizer_2/vocab.json")) {
            assertThat(directory.resolve(part))
                    .hasSameBinaryContentAs(tiny.teacher().resolve(part));
        }
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline student =
                        StableDiffusionPipeline.load(directory, manager)) {
            assertThat(student.unet().parameters()).isEqualTo(plan.plan().studentParameters());
            try (UNet2DConditionModel teacher =
                    UNet2DConditionModel.load(tiny.teacher().resolve("unet"), manager)) {
                // only a pass that was given the added conditions trains what takes them
                String name = "add_embedding.linear_1.weight";
                assertThat(student.unet().weights().get(name).toFloatArray())
                        .isNotEqualTo(teacher.weights().get(name).toFloatArray());
            }
            assertThat(student.generate(List.of("a red picture"), new long[] {1}, 2, 3.0))
                    .hasSize(1);
        }
    }

    @Test
    void shouldTrainAStudentThatUnitsWereRemovedFrom() {
        PlanCreated plan =
                tiny.plan(
                        "units",
                        "half",
                        tiny.pruning(
                                List.of(
                                        "down_blocks.1.resnets.1",
                                        "down_blocks.2.attentions.0.transformer_blocks.4",
                                        "mid_block.attentions.0.transformer_blocks.0",
                                        "up_blocks.1.attentions.2.transformer_blocks.0",
                                        "up_blocks.1.attentions.2.transformer_blocks.1")),
                        Map.of("steps", 3, "captionDropout", 0.2));
        DistillationFinished finished = train(plan);
        assertThat(finished.initialLosses().features()).hasSize(STAGES);
        assertDraws(finished, plan);
    }

    @Test
    void shouldTrainVega() {
        PlanCreated plan = tiny.handcrafted("vega", HandcraftedUNet.VEGA, Map.of("steps", 2));
        DistillationFinished finished = train(plan);
        assertThat(finished.initialLosses().features()).hasSize(STAGES);
        assertDraws(finished, plan);
    }

    /** Without a middle block, one term less. */
    @Test
    void shouldTrainKoalaAsAPlainUNet() {
        PlanCreated plan =
                tiny.handcrafted("koala", HandcraftedUNet.KOALA_700M, Map.of("steps", 2));
        DistillationFinished finished = train(plan);
        assertThat(finished.initialLosses().features()).hasSize(STAGES - 1);
        assertDraws(finished, plan);
        Path student = Path.of(URI.create(finished.student()));
        assertThat(student.resolve("unet/pruned_unet.py")).doesNotExist();
    }
}
