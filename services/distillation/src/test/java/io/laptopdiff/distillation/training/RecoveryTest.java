package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.dataset.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {

    /** Both ends of the U-Net: its removal cannot be made good in two steps. */
    private static final List<String> BAD =
            List.of(
                    "down_blocks.0.resnets.0",
                    "up_blocks.3.resnets.0",
                    "up_blocks.3.resnets.1",
                    "up_blocks.3.resnets.2");

    private static final List<String> GOOD = List.of("mid_block.resnets.1");

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

    private static PlanCreated competition(String runId) {
        PruningPlan bad = tiny.pruning(BAD);
        return tiny.competition(runId, List.of(bad, tiny.pruning(GOOD)), 2, Map.of("steps", 2));
    }

    private static VariantLayout variant(PlanCreated plan) {
        return store.run(plan.runId()).variant(plan.variant());
    }

    @Test
    void shouldTrainTheCandidateThatRecoversBest() {
        PlanCreated plan = competition("choice");
        Recorder recorder = Recorder.ofAll();
        DistillationFinished finished = job.run(plan, recorder, recorder).orElseThrow();

        assertThat(recorder.events.get(0))
                .isInstanceOfSatisfying(
                        DistillationStarted.class,
                        started -> assertThat(started.candidates()).isEqualTo(2));
        assertThat(finished.recoveries())
                .extracting(CandidateRecovery::taken)
                .containsExactly(false, true);
        assertThat(finished.recoveries().get(1).outputLoss())
                .isLessThan(finished.recoveries().get(0).outputLoss());
        assertThat(finished.plan()).isEqualTo(plan.candidates().get(1));
        assertThat(finished.parameters()).isEqualTo(finished.plan().studentParameters());
        assertThat(UNetConfig.read(variant(plan).student().resolve("unet")).removedUnits())
                .containsExactlyElementsOf(GOOD);
        assertThat(recorder.steps()).extracting(DistillationProgressed::step).containsExactly(1, 2);
    }

    @Test
    void shouldGoOnWithTheNextCandidateAfterAKill() throws IOException {
        PlanCreated plan = competition("killed");
        Recorder all = Recorder.ofAll();
        DistillationFinished once = job.run(competition("unkilled"), all, all).orElseThrow();
        Path log = variant(plan).checkpoints().resolve("recovery.json");
        // Told to stop as soon as the first candidate is through.
        assertThat(job.run(plan, event -> {}, () -> Files.exists(log))).isEmpty();
        assertThat(RecoveryLog.read(log, fingerprint(plan)).done()).hasSize(1);
        assertThat(RecoveryLog.read(log, "another job").done()).isEmpty();

        DistillationFinished resumed = job.run(plan, all, Interruption.NONE).orElseThrow();
        assertThat(resumed.recoveries()).isEqualTo(once.recoveries());
        assertThat(resumed.finalLosses()).isEqualTo(once.finalLosses());
    }

    private String fingerprint(PlanCreated plan) {
        String data = Encoding.of(store, tiny.teacher(), ImageSource.open(tiny.images())).name();
        return Fingerprint.of(plan, tiny.teacher(), data);
    }

    @Test
    void shouldPassOverACandidateThatDivergesUnlessAllDo() {
        RecoveryLog log =
                new RecoveryLog("job", List.of())
                        .with(5, OptionalDouble.empty())
                        .with(5, OptionalDouble.of(0.5))
                        .with(5, OptionalDouble.of(0.5));
        assertThat(RecoveryLog.indexOfTaken(log.decided().orElseThrow())).hasValue(1);
        assertThat(new RecoveryLog("job", List.of()).with(5, OptionalDouble.empty()).decided())
                .isEmpty();

        PlanCreated plan =
                tiny.competition(
                        "diverged",
                        List.of(tiny.pruning(BAD), tiny.pruning(GOOD)),
                        3,
                        Map.of("learningRate", 1e30, "warmupSteps", 0));
        StageException failure =
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        StageException.class, () -> job.run(plan, event -> {}, Interruption.NONE));
        assertThat(failure.what()).contains("every candidate diverges within 3 steps");
        assertThat(failure.where()).contains("learningRate = 1.0E30");
    }

    @Test
    void shouldTrainThePlanItselfWhereNoRecoveryIsAskedFor() {
        PlanCreated settled = tiny.pruned("settled", Map.of());
        PlanCreated plan =
                new PlanCreated(
                        settled.runId(),
                        settled.occurredAt(),
                        settled.variant(),
                        settled.spec(),
                        settled.plan(),
                        List.of(tiny.pruning(GOOD)));
        assertThat(Recovery.steps(plan)).isZero();
        assertThat(Recovery.taken(plan, List.of())).isEqualTo(plan.plan());
    }
}
