package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.Encoding;
import java.util.LinkedHashMap;
import java.util.Map;

/** A teacher, a fresh student, and steps of one recipe. */
final class StepFixture implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager();
    final UNet2DConditionModel teacher;
    final Trainee trainee;
    final Batches batches;
    final TrainingStep step;

    StepFixture(TinyDistillation tiny, Map<String, ?> fields) {
        this(tiny, tiny.pruned("r", fields));
    }

    StepFixture(TinyDistillation tiny, PlanCreated plan) {
        DistillationRecipe recipe = plan.spec().distillation();
        teacher = UNet2DConditionModel.load(tiny.teacher().resolve("unet"), manager);
        trainee =
                Trainee.fresh(
                        Students.of(plan.plan(), teacher, manager),
                        Trainee.Settings.of(recipe),
                        manager);
        EncodedDataset dataset =
                new DatasetEncoder(new ArtifactStore(tiny.home().resolve("artifacts")))
                        .encode(
                                Encoding.of(
                                        new ArtifactStore(tiny.home().resolve("artifacts")),
                                        tiny.teacher(),
                                        ImageSource.open(tiny.images())),
                                manager,
                                () -> false)
                        .orElseThrow();
        NoiseScheduler scheduler = NoiseScheduler.read(tiny.teacher().resolve("scheduler"));
        batches = new TrainingData(dataset, scheduler).batches(recipe);
        step = new TrainingStep(teacher, trainee, batches, recipe, manager);
    }

    NDManager manager() {
        return manager;
    }

    TrainingStep.Report run(int number) {
        return step.run(number, () -> false).orElseThrow();
    }

    Map<String, float[]> weights() {
        return values(trainee.student());
    }

    static Map<String, float[]> values(UNet2DConditionModel model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.weights().asMap().forEach((name, array) -> values.put(name, array.toFloatArray()));
        return values;
    }

    @Override
    public void close() {
        manager.close();
    }
}
