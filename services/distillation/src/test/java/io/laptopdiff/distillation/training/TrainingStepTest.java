package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStepTest {

    @TempDir Path home;

    @Test
    void shouldLearnABatchByHeartAndLeaveTheTeacherAlone() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        PlanCreated plan =
                tiny.pruned("r", Map.of("warmupSteps", 0, "batchSize", 4, "taskWeight", 0));
        DistillationRecipe recipe = plan.spec().distillation();
        NoiseScheduler scheduler = NoiseScheduler.read(tiny.teacher().resolve("scheduler"));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher =
                        UNet2DConditionModel.load(tiny.teacher().resolve("unet"), manager);
                EncodedDataset dataset = dataset(tiny, manager);
                Trainee trainee =
                        Trainee.fresh(
                                Students.of(plan.plan(), teacher, manager),
                                Trainee.Settings.DEFAULT,
                                manager)) {
            BatchDraws draws = new BatchDraws(7, dataset.size(), 4, scheduler.timesteps(), 0.1);
            TrainingStep step =
                    new TrainingStep(
                            teacher,
                            trainee,
                            new Batches(dataset, draws, scheduler, null),
                            recipe,
                            manager);
            int before = fingerprint(teacher);

            double first = step.run(0, () -> false).orElseThrow().losses().total();
            for (int i = 0; i < 12; i++) {
                step.run(0, () -> false);
            }

            assertThat(step.run(0, () -> false).orElseThrow().losses().total())
                    .isLessThan(0.4 * first);
            assertThat(fingerprint(teacher)).isEqualTo(before);
        }
    }

    private static EncodedDataset dataset(TinyDistillation tiny, NDManager manager) {
        return new DatasetEncoder(new ArtifactStore(tiny.home().resolve("artifacts")))
                .encode(tiny.teacher(), ImageFolder.open(tiny.images()), manager, () -> false)
                .orElseThrow();
    }

    private static int fingerprint(UNet2DConditionModel model) {
        return model.weights().arrays().stream()
                .mapToInt(array -> Arrays.hashCode(array.toFloatArray()))
                .reduce(0, (all, one) -> 31 * all + one);
    }
}
