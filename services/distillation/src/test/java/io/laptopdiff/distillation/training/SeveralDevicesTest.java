package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorEntry;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.loss.NonFiniteLossException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that the CPU shares with itself, as two and as three devices. */
class SeveralDevicesTest {

    /**
     * What rounding leaves of a gradient that is zero: a token that attends to itself alone gives
     * its key none. All moments together are of length 0.1.
     */
    private static final double ROUNDING = 1e-9;

    /** Relative, of a step from the same weights. */
    private static final double TOLERANCE = 1e-5;

    /**
     * Relative, of the gradient as a vector: passes of other sizes round otherwise. A tensor whose
     * samples nearly cancel out may differ by ten times as much.
     */
    private static final double GRADIENT = 3e-5;

    /** Relative, of later ones: AdamW's first steps go by signs, and make rounding larger. */
    private static final double LATER = 2e-3;

    private static final int STEPS = 3;

    private static final TorchScriptFunction MULTIPLY =
            TorchScriptFunction.ofLists(
                    "multiply",
                    "targets, factor",
                    "torch._foreach_mul_(targets, factor[0])\nreturn factor[0]");
    private static final TorchScriptFunction COPY =
            TorchScriptFunction.ofLists(
                    "copy",
                    "targets, sources",
                    "torch._foreach_copy_(targets, sources)\nreturn sources[0]");

    @TempDir Path home;

    private static Devices cpus(int count) {
        return Devices.of("cpu" + ",cpu".repeat(count - 1));
    }

    @Test
    void shouldMakeTheStepsOfOneDevice() throws IOException {
        compare(TinyDistillation.in(home), 2, Map.of("batchSize", 4, "gradientClip", 0.5));
    }

    /** Passes of the same sizes leave hardly any rounding to differ. */
    @Test
    void shouldMakeTheStepOfOneDeviceThatTakesThePartsInTurn() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        PlanCreated inTurn = tiny.pruned("r", Map.of("batchSize", 2, "gradientAccumulation", 2));
        try (StepFixture one = new StepFixture(tiny, inTurn, cpus(1));
                StepFixture two =
                        new StepFixture(tiny, tiny.pruned("r", Map.of("batchSize", 4)), cpus(2))) {
            requireEqual(two.run(0).losses(), one.run(0).losses(), 1e-6);
            requireEqualMoments(two, one, 1e-6);
        }
    }

    @Test
    void shouldShareWhatDoesNotDivide() throws IOException {
        Map<String, ?> recipe =
                Map.of(
                        "batchSize", 5,
                        "gradientAccumulation", 2,
                        "minSnrGamma", 5,
                        "gradientCheckpointing", true,
                        "teacherGuidance", 2);
        compare(TinyDistillation.in(home), 3, recipe);
    }

    @Test
    void shouldShareAnXlTraining() throws IOException {
        compare(TinyDistillation.xl(home, 1), 2, Map.of("batchSize", 3, "emaDecay", 0.9));
    }

    @Test
    void shouldLeaveDevicesIdleThatABatchHasNoSampleFor() throws IOException {
        compare(TinyDistillation.in(home), 3, Map.of("batchSize", 1));
    }

    private void compare(TinyDistillation tiny, int devices, Map<String, ?> recipe)
            throws IOException {
        PlanCreated plan = tiny.pruned("r", recipe);
        try (StepFixture one = new StepFixture(tiny, plan, cpus(1));
                StepFixture several = new StepFixture(tiny, plan, cpus(devices))) {
            TrainingStep.Report expected = one.run(0);
            TrainingStep.Report actual = several.run(0);
            requireEqual(actual.losses(), expected.losses(), TOLERANCE);
            assertThat(actual.gradientNorm())
                    .isCloseTo(
                            expected.gradientNorm(), within(TOLERANCE * expected.gradientNorm()));
            requireEqualMoments(several, one, GRADIENT);
            for (int step = 1; step < STEPS; step++) {
                requireEqual(several.run(step).losses(), one.run(step).losses(), LATER);
            }
            for (int i = 0; i < devices; i++) {
                StepFixture.requireSame(
                        StepFixture.values(several.replicas().get(i).student()), several.weights());
            }
        }
    }

    /** A tenth of the clipped gradients; relative L2 error of all, and of each tensor. */
    private void requireEqualMoments(StepFixture actual, StepFixture expected, double tolerance)
            throws IOException {
        Map<String, float[]> moments = actual.firstMoments(home);
        double differences = 0;
        double norms = 0;
        for (Map.Entry<String, float[]> tensor : expected.firstMoments(home).entrySet()) {
            double difference = 0;
            double norm = 0;
            float[] own = moments.get(tensor.getKey());
            for (int i = 0; i < own.length; i++) {
                difference += Math.pow((double) own[i] - tensor.getValue()[i], 2);
                norm += Math.pow(tensor.getValue()[i], 2);
            }
            assertThat(Math.sqrt(difference))
                    .as(tensor.getKey())
                    .isLessThanOrEqualTo(10 * tolerance * Math.sqrt(norm) + ROUNDING);
            differences += difference;
            norms += norm;
        }
        assertThat(Math.sqrt(differences / norms)).isLessThan(tolerance);
    }

    private static void requireEqual(Losses actual, Losses expected, double tolerance) {
        requireClose(actual.total(), expected.total(), tolerance, "total");
        requireClose(actual.task(), expected.task(), tolerance, "task");
        requireClose(actual.output(), expected.output(), tolerance, "output");
        for (int i = 0; i < expected.features().size(); i++) {
            FeatureTerm term = expected.features().get(i);
            FeatureTerm same = actual.features().get(i);
            requireClose(same.raw(), term.raw(), tolerance, term.stage());
            requireClose(same.weight(), term.weight(), tolerance, term.stage());
        }
    }

    private static void requireClose(
            double actual, double expected, double tolerance, String what) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance * expected));
    }

    @Test
    void shouldWorkOnAllDevicesAtOnce() throws IOException {
        TinyDistillation tiny = TinyDistillation.least(home);
        PlanCreated plan =
                tiny.plan("r", "half", tiny.pruning(List.of("up_blocks.0.resnets.1")), Map.of());
        try (StepFixture fixture = new StepFixture(tiny, plan, cpus(3))) {
            CountDownLatch together = new CountDownLatch(3);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            fixture.replicas()
                    .together(
                            3,
                            device -> {
                                threads.add(Thread.currentThread());
                                together.countDown();
                                try {
                                    assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertThat(threads).hasSize(3);
        }
    }

    @Test
    void shouldEndAStepCleanlyWhereOneDeviceFails() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        try (StepFixture fixture =
                new StepFixture(tiny, tiny.pruned("r", Map.of("batchSize", 2)), cpus(2))) {
            for (int step = 0; step < STEPS; step++) { // by then, every image was read
                fixture.run(step);
            }
            Map<String, float[]> weights = fixture.weights();
            breakSecond(fixture);
            int arrays = arrays(fixture);

            assertThatThrownBy(() -> fixture.run(STEPS)).isInstanceOf(NonFiniteLossException.class);

            assertThat(arrays(fixture)).isEqualTo(arrays);
            StepFixture.requireSame(fixture.weights(), weights);
            for (int i = 0; i < 2; i++) {
                try (NDArray gradient =
                        fixture.replicas()
                                .get(i)
                                .student()
                                .weights()
                                .get("conv_out.weight")
                                .getGradient()) {
                    assertThat(gradient.toFloatArray()).containsOnly(0);
                }
            }
            mendSecond(fixture);
            assertThat(fixture.run(STEPS).gradientNorm()).isFinite().isPositive();
        }
    }

    private static void breakSecond(StepFixture fixture) {
        try (NDManager scope = fixture.manager().newSubManager()) {
            List<NDArray> weights = fixture.replicas().get(1).student().weights().arrays();
            MULTIPLY.applyLists(scope, List.of(weights, List.of(scope.create(Float.NaN))));
        }
    }

    private static void mendSecond(StepFixture fixture) {
        try (NDManager scope = fixture.manager().newSubManager()) {
            COPY.applyLists(
                    scope,
                    List.of(
                            fixture.replicas().get(1).student().weights().arrays(),
                            fixture.replicas().get(0).student().weights().arrays()));
        }
    }

    private static int arrays(StepFixture fixture) {
        return ((PtNDManager) fixture.manager()).getManagedArrays().size();
    }

    @Test
    void shouldGoOnOnOneDeviceWhereTwoLeftOff() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        Recorder through = Recorder.ofAll();
        job(1).run(tiny.pruned("through", Map.of()), through, through);

        PlanCreated plan = tiny.pruned("shared", Map.of());
        Recorder killed = Recorder.killedAfter(3);
        assertThat(job(2).run(plan, killed, killed)).isEmpty();
        assertThat(killed.events.get(0))
                .isInstanceOfSatisfying(
                        DistillationStarted.class,
                        started -> assertThat(started.device()).isEqualTo("cpu+cpu"));
        Recorder resumed = Recorder.ofAll();
        assertThat(job(1).run(plan, resumed, resumed)).isPresent();

        assertThat(resumed.steps()).extracting(DistillationProgressed::step).startsWith(3);
        for (DistillationProgressed step : resumed.steps()) {
            requireEqual(step.losses(), through.steps().get(step.step() - 1).losses(), LATER);
        }
        for (String file : new String[] {"optimizer", "unet/diffusion_pytorch_model"}) {
            assertThat(tensors("shared", file)).isEqualTo(tensors("through", file));
        }
    }

    private DistillationJob job(int devices) {
        return new DistillationJob(Artifacts.ofFiles(), store(), cpus(devices), Clock.systemUTC());
    }

    private ArtifactStore store() {
        return new ArtifactStore(home.resolve("artifacts"));
    }

    private Map<String, TensorEntry> tensors(String run, String file) {
        Path checkpoint = store().run(run).variant("half").checkpoint(4);
        try (SafetensorsFile tensors =
                SafetensorsFile.open(checkpoint.resolve(file + ".safetensors"))) {
            return tensors.tensors();
        }
    }
}
