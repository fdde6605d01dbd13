package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.checkpoints.Checkpoint;
import io.laptopdiff.distillation.checkpoints.Checkpoints;
import io.laptopdiff.distillation.checkpoints.DataCursor;
import io.laptopdiff.distillation.checkpoints.Epoch;
import io.laptopdiff.distillation.checkpoints.Progress;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCursorTest {

    /** 6 steps of 2 batches of 2 samples: 24, of 5 images. */
    private static final Map<String, ?> RECIPE =
            Map.of("gradientAccumulation", 2, "checkpointEverySteps", 100);

    @TempDir private static Path home;
    private static TinyDistillation tiny;
    private static ArtifactStore store;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
    }

    /** Remembers every sample that a training asked for. */
    private static final class RecordingDraws extends BatchDraws {
        private final List<SampleDraw> taken;

        RecordingDraws(DistillationRecipe recipe, int images, List<SampleDraw> taken) {
            super(recipe.seed(), images, recipe.batchSize(), 1000, recipe.captionDropout());
            this.taken = taken;
        }

        @Override
        List<SampleDraw> from(long first) {
            List<SampleDraw> draws = super.from(first);
            taken.addAll(draws);
            return draws;
        }
    }

    private static Checkpoints checkpoints(PlanCreated plan) {
        return new Checkpoints(
                store, store.run(plan.runId()).variant(plan.variant()), "job", false);
    }

    /** Trains until it has done so many steps, as a worker does that is then shut down. */
    private static List<SampleDraw> train(PlanCreated plan, int steps) {
        return train(plan, steps, true);
    }

    /**
     * @param saves whether the worker has the time to; one that is killed leaves the checkpoints
     *     that it wrote before
     */
    private static List<SampleDraw> train(PlanCreated plan, int steps, boolean saves) {
        DistillationRecipe recipe = plan.spec().distillation();
        NoiseScheduler noise = NoiseScheduler.read(tiny.teacher().resolve("scheduler"));
        Optional<Checkpoint> last = checkpoints(plan).last();
        Epoch epoch = Epoch.claim(store, store.run(plan.runId()).variant(plan.variant()));
        List<SampleDraw> taken = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager();
                EncodedDataset dataset = dataset(manager);
                Teachers teachers =
                        new Teachers(
                                tiny.teacher().resolve("unet"),
                                Precision.FP32,
                                Devices.auto(),
                                manager)) {
            UNet2DConditionModel fresh = teachers.student(plan.plan(), manager);
            Trainee.Settings settings = Trainee.Settings.of(recipe);
            Trainee trainee =
                    last.isEmpty()
                            ? Trainee.fresh(fresh, settings, manager)
                            : last.get().restore(fresh.layout(), settings, manager);
            Batches batches =
                    new Batches(
                            dataset,
                            new RecordingDraws(recipe, dataset.size(), taken),
                            noise,
                            null);
            DataCursor cursor = new TrainingData(dataset, noise).cursor(recipe, last);
            Training training = new Training("job", epoch, last, cursor);
            try (Replicas replicas = new Replicas(trainee, teachers, batches, null)) {
                new Distillation(
                                plan,
                                new TrainingStep(replicas, trainee, batches, recipe),
                                checkpoints(plan),
                                trainee,
                                new Silence(),
                                epoch,
                                new Reports(plan, epoch, Clock.systemUTC(), event -> {}))
                        .train(training, stoppedAt(steps, saves, training));
            }
        }
        return taken;
    }

    private static final class Silence implements Journal {
        @Override
        public void stepped(Training training, TrainingStep.Report report) {}

        @Override
        public void keeping() {}

        @Override
        public void kept(int step, UNet2DConditionModel student) {}
    }

    private static Interruption stoppedAt(int steps, boolean saves, Training training) {
        return new Interruption() {
            @Override
            public boolean requested() {
                return training.step() >= steps;
            }

            @Override
            public boolean savesProgress() {
                return saves;
            }
        };
    }

    private static EncodedDataset dataset(NDManager manager) {
        Encoding encoding = Encoding.of(store, tiny.teacher(), ImageSource.open(tiny.images()));
        return new DatasetEncoder(store).encode(encoding, manager, () -> false).orElseThrow();
    }

    @Test
    void shouldGoOnWithTheVeryNextSampleAfterAStop() {
        List<SampleDraw> atOnce = train(tiny.pruned("at-once", RECIPE), 6);
        assertThat(atOnce).hasSize(24);

        PlanCreated broken = tiny.pruned("broken", RECIPE);
        List<SampleDraw> before = train(broken, 2);
        assertThat(checkpoints(broken).last().orElseThrow().progress().cursor())
                .isEqualTo(new DataCursor(8, 5));
        List<SampleDraw> between = train(broken, 3);
        List<SampleDraw> after = train(broken, 6);

        assertThat(before).isEqualTo(atOnce.subList(0, 8));
        assertThat(between).isEqualTo(atOnce.subList(8, 12));
        assertThat(after).isEqualTo(atOnce.subList(12, 24));
        assertThat(atOnce.subList(0, 5))
                .as("every image once before any comes twice")
                .extracting(SampleDraw::image)
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void shouldTakeTheSamplesSinceTheLastCheckpointAgainAfterAKill() {
        List<SampleDraw> atOnce = train(tiny.pruned("unbroken", RECIPE), 6);
        PlanCreated killed =
                tiny.pruned("killed", Map.of("gradientAccumulation", 2, "checkpointEverySteps", 2));
        List<SampleDraw> before = train(killed, 3, false);
        assertThat(checkpoints(killed).last().orElseThrow().progress().cursor())
                .isEqualTo(new DataCursor(8, 5));
        List<SampleDraw> after = train(killed, 6);

        assertThat(before).isEqualTo(atOnce.subList(0, 12));
        assertThat(after).isEqualTo(atOnce.subList(8, 24));
    }

    @Test
    void shouldTakeUpCheckpointsThatHaveNoCursorAndRefuseThoseOfOtherImages() {
        PlanCreated plan = tiny.pruned("older", RECIPE);
        train(plan, 1);
        Checkpoint saved = checkpoints(plan).last().orElseThrow();
        Progress own = saved.progress();
        try (NDManager manager = NDManager.newBaseManager();
                EncodedDataset dataset = dataset(manager)) {
            TrainingData data = new TrainingData(dataset, null);
            DistillationRecipe recipe = plan.spec().distillation();
            assertThat(data.cursor(recipe, Optional.of(with(saved, own, null))))
                    .isEqualTo(new DataCursor(4, 5));
            Checkpoint other = with(saved, own, new DataCursor(4, 6));
            assertThatThrownBy(() -> data.cursor(recipe, Optional.of(other)))
                    .isInstanceOf(StageException.class)
                    .hasMessageContaining("drew from 6 images, and 5 can be used now");
        }
    }

    private static Checkpoint with(Checkpoint saved, Progress own, DataCursor cursor) {
        return new Checkpoint(
                saved.directory(),
                new Progress(
                        own.step(),
                        own.epoch(),
                        own.job(),
                        own.seconds(),
                        own.initialLosses(),
                        own.lastLosses(),
                        cursor));
    }
}
