package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.testing.ResidentMemory;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Teachers in FP32 and in bfloat16. */
class TeachersTest {

    /** Relative: of the losses and the gradient's norm of a step. */
    private static final double NEAR = 2e-2;

    @TempDir Path home;

    @Test
    void shouldMakeNearlyTheSameStepWithABfloat16Teacher() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        try (StepFixture full = new StepFixture(tiny, Map.of("teacherGuidance", 2));
                StepFixture half =
                        new StepFixture(
                                tiny, Map.of("teacherGuidance", 2, "teacherPrecision", "bf16"))) {
            StepFixture.requireSame(half.weights(), full.weights());
            TrainingStep.Report expected = full.run(0);
            TrainingStep.Report actual = half.run(0);
            assertThat(actual.losses().total())
                    .isCloseTo(expected.losses().total(), within(NEAR * expected.losses().total()))
                    .isNotEqualTo(expected.losses().total());
            assertThat(actual.gradientNorm())
                    .isCloseTo(expected.gradientNorm(), within(NEAR * expected.gradientNorm()));
        }
    }

    @Test
    void shouldTrainWithABfloat16TeacherAndRefuseToGoOnWithAnother() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        DistillationJob job =
                new DistillationJob(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        Devices.auto(),
                        Clock.systemUTC());
        Map<String, Object> recipe = new HashMap<>(Map.of("steps", 4, "teacherPrecision", "bf16"));
        PlanCreated plan = tiny.pruned("r", recipe);
        Recorder killed = Recorder.killedAfter(3);
        assertThat(job.run(plan, killed, killed)).isEmpty();

        recipe.put("teacherPrecision", "fp32");
        assertThatThrownBy(() -> job.run(tiny.pruned("r", recipe), event -> {}, Interruption.NONE))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("another teacher, data set, plan or recipe");

        Recorder resumed = Recorder.ofAll();
        assertThat(job.run(plan, resumed, resumed)).isPresent();
        assertThat(resumed.steps()).extracting(step -> step.step()).containsExactly(3, 4);
    }

    @Test
    void shouldLetCandidatesCompeteBeforeABfloat16Teacher() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        PlanCreated plan =
                tiny.competition(
                        "r",
                        List.of(tiny.pruning(), tiny.pruning(List.of("mid_block.resnets.1"))),
                        1,
                        Map.of("steps", 1, "teacherPrecision", "bf16"));
        assertThat(
                        new DistillationJob(
                                        Artifacts.ofFiles(),
                                        new ArtifactStore(home.resolve("artifacts")),
                                        Devices.of("cpu,cpu"),
                                        Clock.systemUTC())
                                .run(plan, event -> {}, Interruption.NONE))
                .get()
                .satisfies(finished -> assertThat(finished.recoveries()).hasSize(2));
    }

    @Test
    void shouldHoldABfloat16TeacherInHalfTheMemory() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        Path unet = tiny.teacher().resolve("unet");
        long parameters = widen(unet);
        double half = bytes(unet, Precision.BF16) / parameters;
        double full = bytes(unet, Precision.FP32) / parameters;
        System.out.printf(
                Locale.ROOT,
                "teacher of %d parameters: fp32 %.2f, bf16 %.2f bytes a parameter%n",
                parameters,
                full,
                half);
        assertThat(full).as("bytes a parameter").isBetween(3.6, 4.6);
        assertThat(half).as("bytes a parameter").isBetween(1.7, 2.5);
    }

    private static long widen(Path unet) throws IOException {
        ObjectNode config =
                (ObjectNode) new ObjectMapper().readTree(unet.resolve("config.json").toFile());
        config.putArray("block_out_channels").add(48).add(96).add(192).add(192);
        UNetLayout layout = UNetLayout.of(UNetConfig.of(config, unet.resolve("config.json")));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel wide =
                        new UNet2DConditionModel(
                                layout, StateDict.random(layout.tensors(), 1, manager))) {
            wide.write(unet, TensorType.F32);
            return wide.parameters();
        }
    }

    /** Of one teacher, on the average of four. */
    private static double bytes(Path unet, Precision precision) {
        Devices copies = Devices.of("cpu,cpu,cpu,cpu");
        try (NDManager manager = NDManager.newBaseManager();
                Teachers teachers = new Teachers(unet, precision, copies, manager)) {
            long before = settledBytes();
            for (int i = 0; i < teachers.devices(); i++) {
                teachers.on(i);
            }
            return (settledBytes() - before) / (double) teachers.devices();
        }
    }

    /** Buffers that Java reads files through are freed some time after a collection. */
    private static long settledBytes() {
        return LongStream.generate(
                        () -> {
                            NativeHeap.trim();
                            return ResidentMemory.nativeBytes();
                        })
                .limit(5)
                .min()
                .orElseThrow();
    }
}
