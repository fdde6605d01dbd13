package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.checkpoints.Epoch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationJobTest {

    @TempDir private static Path home;
    private static TinyDistillation tiny;
    private static ArtifactStore store;
    private static DistillationJob job;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        job = new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
    }

    private static VariantLayout variant(PlanCreated plan) {
        return store.run(plan.runId()).variant(plan.variant());
    }

    private static byte[] weights(PlanCreated plan) throws IOException {
        return Files.readAllBytes(student(plan));
    }

    private static Recorder run(PlanCreated plan, Recorder recorder) {
        Optional<DistillationFinished> finished = job.run(plan, recorder, recorder);
        assertThat(finished.isEmpty()).isEqualTo(recorder.requested());
        return recorder;
    }

    @Test
    void shouldTrainAStudentThatDraws() {
        PlanCreated plan = tiny.pruned("whole", Map.of("steps", 3));
        Recorder recorder = Recorder.ofAll();
        DistillationFinished finished = job.run(plan, recorder, recorder).orElseThrow();

        assertThat(finished.steps()).isEqualTo(3);
        assertThat(finished.parameters()).isEqualTo(plan.plan().studentParameters());
        assertThat(finished.student()).isEqualTo(variant(plan).student().toUri().toString());
        assertThat(job.finished(plan)).contains(finished);

        assertThat(recorder.events.get(0))
                .isInstanceOfSatisfying(
                        DistillationStarted.class,
                        started -> {
                            assertThat(started.epoch()).isEqualTo(1);
                            assertThat(started.resumedFromStep()).isZero();
                            assertThat(started.studentParameters())
                                    .isEqualTo(finished.parameters());
                        });
        assertThat(recorder.steps())
                .extracting(DistillationProgressed::step)
                .containsExactly(1, 2, 3);
        assertThat(recorder.steps())
                .extracting(DistillationProgressed::learningRate)
                .containsExactly(5e-4, 1e-3, 1e-3);
        assertThat(recorder.steps().get(0).losses()).isEqualTo(finished.initialLosses());
        assertThat(recorder.steps().get(2).losses()).isEqualTo(finished.finalLosses());
        assertThat(finished.initialLosses().features()).hasSize(9);

        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline student =
                        StableDiffusionPipeline.load(
                                Path.of(URI.create(finished.student())), manager)) {
            assertThat(student.unet().config().removedUnits())
                    .containsExactlyElementsOf(TinyDistillation.REMOVED);
            assertThat(student.unet().parameters()).isEqualTo(finished.parameters());
            assertThat(student.generate(List.of("a red picture"), new long[] {1}, 2, 3.0))
                    .hasSize(1);
        }
    }

    @Test
    void shouldResumeFromLastCheckpointAfterKillAndEndAsIfNothingHadHappened() throws IOException {
        PlanCreated through = tiny.pruned("through", Map.of());
        Recorder atOnce = run(through, Recorder.ofAll());

        PlanCreated broken = tiny.pruned("broken", Map.of());
        assertThat(run(broken, Recorder.killedAfter(3)).savedSteps()).containsExactly(2);
        assertThat(variant(broken).student()).doesNotExist();
        assertThat(job.finished(broken)).isEmpty();
        Recorder resumed = run(broken, Recorder.ofAll());

        assertThat(resumed.events.get(0))
                .isInstanceOfSatisfying(
                        DistillationStarted.class,
                        started -> {
                            assertThat(started.epoch()).isEqualTo(2);
                            assertThat(started.resumedFromStep()).isEqualTo(2);
                        });
        assertThat(resumed.steps())
                .extracting(DistillationProgressed::losses)
                .isEqualTo(
                        atOnce.steps().subList(2, 6).stream()
                                .map(DistillationProgressed::losses)
                                .toList());
        assertThat(weights(broken)).isEqualTo(weights(through));
        assertThat(job.finished(broken).orElseThrow().initialLosses())
                .isEqualTo(job.finished(through).orElseThrow().initialLosses());
        assertThat(store.list(variant(broken).checkpoints()))
                .containsExactly(
                        variant(broken).checkpoints().resolve("epochs"),
                        variant(broken).checkpoint(4),
                        variant(broken).checkpoint(6));
    }

    @Test
    void shouldResumeBitForBitWithAverageAccumulationSharesAndSchedule() throws IOException {
        Map<String, ?> recipe =
                Map.of(
                        "emaDecay", 0.9,
                        "gradientAccumulation", 2,
                        "gradientSharesEverySteps", 2,
                        "schedule", "cosine",
                        "minSnrGamma", 5,
                        "steps", 4,
                        "batchSize", 1);
        PlanCreated through = tiny.pruned("through-all", recipe);
        Recorder atOnce = run(through, Recorder.ofAll());
        PlanCreated broken = tiny.pruned("broken-all", recipe);
        run(broken, Recorder.killedAfter(3));
        Recorder resumed = run(broken, Recorder.ofAll());

        assertThat(resumed.steps())
                .extracting(DistillationProgressed::losses)
                .isEqualTo(
                        atOnce.steps().subList(2, 4).stream()
                                .map(DistillationProgressed::losses)
                                .toList());
        assertThat(resumed.steps().get(0).gradientShares())
                .isEqualTo(atOnce.steps().get(2).gradientShares())
                .isNotNull();
        assertThat(weights(broken)).isEqualTo(weights(through));
        // The student is the average, not the last weights.
        Path last = variant(through).checkpoint(4);
        assertThat(Files.mismatch(last.resolve("average.safetensors"), student(through)))
                .isEqualTo(-1);
        assertThat(
                        Files.mismatch(
                                last.resolve("unet/diffusion_pytorch_model.safetensors"),
                                student(through)))
                .isNotEqualTo(-1);
    }

    @Test
    void shouldWriteTheStudentBitForBitAndFinishWhereOnlyThatIsLeft() throws IOException {
        PlanCreated plan = tiny.pruned("bits", Map.of("steps", 2));
        run(plan, Recorder.ofAll());
        byte[] written = weights(plan);
        assertThat(written)
                .isEqualTo(
                        Files.readAllBytes(
                                variant(plan)
                                        .checkpoint(2)
                                        .resolve("unet/diffusion_pytorch_model.safetensors")));
        // Killed after the last checkpoint, before the student was there.
        store.delete(variant(plan).student());
        store.delete(variant(plan).directory().resolve("distillation.json"));
        assertThat(run(plan, Recorder.ofAll()).steps()).isEmpty();
        assertThat(weights(plan)).isEqualTo(written);
    }

    private static Path student(PlanCreated plan) {
        return variant(plan).student().resolve("unet/diffusion_pytorch_model.safetensors");
    }

    @Test
    void shouldSaveWhatItDidWhenItIsShutDown() {
        PlanCreated plan = tiny.pruned("shut-down", Map.of("checkpointEverySteps", 100));
        assertThat(run(plan, Recorder.shutDownAfter(3)).savedSteps()).containsExactly(3);
        assertThat(run(plan, Recorder.ofAll()).steps())
                .extracting(DistillationProgressed::step)
                .containsExactly(4, 5, 6);
    }

    @Test
    void shouldFailWhatTakesEveryProcessDown() {
        PlanCreated plan = tiny.pruned("deadly", Map.of());
        for (int i = 0; i < 5; i++) {
            Epoch.claim(store, variant(plan));
        }
        assertThatThrownBy(() -> run(plan, Recorder.ofAll()))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("The last 5 processes that trained it from step 0 vanished")
                .hasMessageContaining("out of memory");
        assertThat(run(plan, Recorder.ofAll()).savedSteps()).as("asked for again").isNotEmpty();
    }

    @Test
    void shouldWriteNothingMoreOnceAnotherWorkerTookUpTheVariant() throws IOException {
        PlanCreated plan = tiny.pruned("late", Map.of());
        Recorder late = Recorder.ofAll();
        Optional<DistillationFinished> finished =
                job.run(
                        plan,
                        event -> {
                            late.accept(event);
                            if (late.steps().size() == 3) {
                                Epoch.claim(store, variant(plan));
                            }
                        },
                        Interruption.NONE);
        assertThat(finished).isEmpty();
        assertThat(late.savedSteps()).containsExactly(2);
        assertThat(variant(plan).student()).doesNotExist();
        assertThat(variant(plan).checkpoint(4)).doesNotExist();
    }

    @Test
    void shouldTrainAHandcraftedStudent() {
        PlanCreated plan = tiny.handcrafted("by-hand", HandcraftedUNet.BK_TINY, Map.of("steps", 1));
        Recorder recorder = run(plan, Recorder.ofAll());
        assertThat(recorder.steps().get(0).losses().features())
                .extracting(term -> term.stage())
                .containsExactly(
                        "down_blocks.0",
                        "down_blocks.1",
                        "up_blocks.1",
                        "up_blocks.2",
                        "up_blocks.3");
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline student =
                        StableDiffusionPipeline.load(variant(plan).student(), manager)) {
            assertThat(student.unet().parameters()).isEqualTo(plan.plan().studentParameters());
        }
    }
}
