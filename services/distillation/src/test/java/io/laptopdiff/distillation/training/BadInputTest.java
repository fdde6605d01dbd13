package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {

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

    @Test
    void shouldFailWithStepAndWayOutWhenTheLossIsNoLongerFinite() {
        PlanCreated plan = tiny.pruned("diverged", Map.of("learningRate", 1e30, "warmupSteps", 0));
        StageException failure = failure(plan);
        assertThat(failure.what()).matches("The (loss|gradient) is not finite at step [2-4]: .*");
        assertThat(failure.where())
                .contains("distillation.learningRate = 1.0E30")
                .contains("diverged/half");
        assertThat(failure.howToFix()).contains("lower distillation.learningRate");
        assertThat(variant(plan).student()).doesNotExist();
    }

    private static StageException failure(PlanCreated plan) {
        RuntimeException thrown =
                catchThrowableOfType(
                        RuntimeException.class,
                        () -> job.run(plan, event -> {}, Interruption.NONE));
        assertThat(thrown).isNotNull();
        return StageException.of(thrown, Stage.DISTILLATION, "variant " + plan.variantId());
    }

    @Test
    void shouldRefuseAPlanOfAnotherTeacherByField() {
        PruningPlan right = tiny.pruning();
        PruningPlan wrongUnit =
                new PruningPlan(
                        List.of("mid_block.resnets.7"),
                        null,
                        0.1,
                        right.achievedRatio(),
                        right.removedParameters(),
                        right.teacherParameters(),
                        right.studentParameters(),
                        null);
        StageException unit = failure(tiny.plan("wrong-unit", "half", wrongUnit, Map.of()));
        assertThat(unit.where()).isEqualTo("plan.removedUnits");
        assertThat(unit.what()).contains("mid_block.resnets.7");

        PruningPlan wrongSize =
                new PruningPlan(
                        right.removedUnits(),
                        null,
                        0.1,
                        right.achievedRatio(),
                        right.removedParameters() - 1,
                        right.teacherParameters(),
                        right.studentParameters() + 1,
                        null);
        assertThat(failure(tiny.plan("wrong-size", "half", wrongSize, Map.of())).where())
                .isEqualTo("plan.studentParameters");
        assertThat(store.run("wrong-size").directory()).doesNotExist();
    }

    @Test
    void shouldNameTheBrokenFileAndLeaveNothingBehind() throws IOException {
        Path copy = home.resolve("broken-teacher");
        TinyDistillation broken = new TinyDistillation(copy);
        TinyDistillation.in(copy);
        Path weights = broken.teacher().resolve("unet/diffusion_pytorch_model.safetensors");
        try (SeekableByteChannel file = Files.newByteChannel(weights, StandardOpenOption.WRITE)) {
            file.truncate(100_000);
        }
        PlanCreated plan = broken.pruned("cut-off", Map.of());
        assertThat(failure(plan).where()).contains(weights.toString());
        assertThat(variant(plan).directory()).doesNotExist();

        PlanCreated noData =
                tiny.pruned("no-data", Map.of("dataset", home.resolve("nowhere").toString()));
        assertThat(failure(noData).where()).contains("nowhere");

        Path bad = home.resolve("bad-images");
        TinyDistillation.in(bad);
        Path images = new TinyDistillation(bad).images();
        for (int i = 0; i < 5; i++) {
            Files.writeString(images.resolve("00000" + i + ".png"), "no image");
        }
        PlanCreated badImages = tiny.pruned("bad-image", Map.of("dataset", images.toString()));
        StageException nothing = failure(badImages);
        assertThat(nothing.what()).contains("None of the 5 images").contains("corrupt=5");
        assertThat(nothing.where()).contains("bad-images");
        try (Stream<Path> left = Files.walk(variant(badImages).directory())) {
            assertThat(left.filter(Files::isRegularFile))
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("epoch-000001", "survived-000001");
        }
    }

    @Test
    void shouldTrainOnWhatIsLeftAndTellWhatIsNot() throws IOException {
        Path images = home.resolve("some-images");
        TinyTeacher.writeImages(images, 4, 2);
        Files.writeString(images.resolve("000001.png"), "no image");
        PlanCreated plan = tiny.pruned("some", Map.of("dataset", images.toString(), "steps", 1));
        List<VariantEvent> events = new ArrayList<>();
        assertThat(job.run(plan, events::add, Interruption.NONE)).isPresent();
        assertThat(events.get(0))
                .isInstanceOfSatisfying(
                        DistillationStarted.class,
                        started ->
                                assertThat(started.images())
                                        .isEqualTo(new TrainingImages(3, Map.of("corrupt", 1))));
    }

    @Test
    void shouldRefuseARunIdWhoseResultBelongsToAnotherRequest() {
        job.run(tiny.pruned("taken", Map.of("steps", 1)), event -> {}, Interruption.NONE);
        PlanCreated other = tiny.pruned("taken", Map.of("steps", 2));
        assertThatThrownBy(() -> job.finished(other))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("distillation.json")
                .hasMessageContaining("another id");
    }
}
