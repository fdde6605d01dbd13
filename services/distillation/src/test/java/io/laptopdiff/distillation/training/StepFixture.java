package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A teacher, a fresh student, and steps of one recipe. */
final class StepFixture implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager();
    private final Teachers teachers;
    private final Replicas replicas;
    final UNet teacher;
    final Trainee trainee;
    final Batches batches;
    final TrainingStep step;

    StepFixture(TinyDistillation tiny, Map<String, ?> fields) {
        this(tiny, tiny.pruned("r", fields));
    }

    StepFixture(TinyDistillation tiny, PlanCreated plan) {
        this(tiny, plan, Devices.auto());
    }

    StepFixture(TinyDistillation tiny, PlanCreated plan, Devices devices) {
        DistillationRecipe recipe = plan.spec().distillation();
        teachers =
                new Teachers(
                        tiny.teacher().resolve("unet"),
                        recipe.teacherPrecision(),
                        devices,
                        manager);
        trainee =
                Trainee.fresh(
                        teachers.student(plan.plan(), manager),
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
        replicas = new Replicas(trainee, teachers, batches, recipe.teacherGuidance());
        teacher = teachers.on(0);
        step = new TrainingStep(replicas, trainee, batches, recipe);
    }

    Replicas replicas() {
        return replicas;
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

    /** A tenth of the clipped gradients, after the first step. */
    Map<String, float[]> firstMoments(Path home) throws IOException {
        trainee.optimizer().write(home, "optimizer");
        Map<String, float[]> moments = new HashMap<>();
        try (StateDict state = StateDict.readFile(home.resolve("optimizer.safetensors"), manager)) {
            state.asMap()
                    .forEach(
                            (name, array) -> {
                                if (name.startsWith("exp_avg.")) {
                                    moments.put(name, array.toFloatArray());
                                }
                            });
        }
        return moments;
    }

    /** Bit for bit; AssertJ's comparison of maps would look at each number by reflection. */
    static void requireSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
    }

    @Override
    public void close() {
        replicas.close();
        teachers.close();
        manager.close();
    }
}
