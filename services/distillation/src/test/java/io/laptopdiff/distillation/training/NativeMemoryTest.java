package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.MemoryTrend;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step leaves nothing behind outside of the Java heap. */
class NativeMemoryTest {

    private static final int STEPS = 100;

    /** Allocator pools and compiled code settle in the first steps. */
    private static final int SETTLED = 40;

    /** A plain step that frees nothing leaves 1.5 MB; other threads move the trend by 0.5 MB. */
    private static final long ALLOWED_BYTES = 4L << 20;

    @TempDir Path home;
    private final MemoryTrend trend = new MemoryTrend();

    @Test
    void shouldNotGrowWithTheSteps() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        PlanCreated plan =
                tiny.pruned(
                        "long",
                        Map.of(
                                "steps", STEPS,
                                "batchSize", 1,
                                "checkpointEverySteps", 10, // and as often images are drawn
                                "emaDecay", 0.99,
                                "gradientAccumulation", 2,
                                "gradientSharesEverySteps", 10,
                                "minSnrGamma", 5,
                                "teacherGuidance", 2));
        new DistillationJob(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        Devices.auto(),
                        Clock.systemUTC())
                .run(
                        plan,
                        event -> {
                            if (event instanceof DistillationProgressed step
                                    && step.step() >= SETTLED
                                    && step.step() % 5 == 0) {
                                trend.look(step.step());
                            }
                        },
                        Interruption.NONE);
        assertThat(trend.bytesIn(STEPS - SETTLED))
                .as("bytes in %d steps, %s", STEPS - SETTLED, trend)
                .isLessThan(ALLOWED_BYTES);
    }

    /**
     * Over a training as long as a real one's first hours: what grows by a few kilobytes a step
     * shows here alone.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotGrowOverTwoThousandSteps(boolean checkpointing) throws IOException {
        requireNoGrowth(2000, Map.of("gradientCheckpointing", checkpointing), Devices.auto());
    }

    @Test
    void shouldNotGrowOnTwoDevicesWithABfloat16Teacher() throws IOException {
        requireNoGrowth(
                600, Map.of("batchSize", 3, "teacherPrecision", "bf16"), Devices.of("cpu,cpu"));
    }

    private void requireNoGrowth(int steps, Map<String, ?> fields, Devices devices)
            throws IOException {
        int warmUp = 200;
        Map<String, Object> recipe = new HashMap<>();
        recipe.put("steps", 10_000);
        recipe.put("batchSize", 1);
        recipe.put("gradientSharesEverySteps", 500);
        recipe.putAll(fields);
        TinyDistillation tiny = TinyDistillation.least(home);
        PlanCreated plan =
                tiny.plan("r", "half", tiny.pruning(List.of("up_blocks.0.resnets.1")), recipe);
        try (StepFixture fixture = new StepFixture(tiny, plan, devices)) {
            for (int step = 0; step < warmUp; step++) {
                fixture.run(step);
            }
            int arrays = arrays(fixture.manager());
            for (int step = warmUp; step < warmUp + steps; step++) {
                fixture.run(step);
                if (step % (steps / 20) == 0) {
                    trend.look(step);
                }
            }
            assertThat(arrays(fixture.manager())).isEqualTo(arrays);
            assertThat(trend.bytesIn(steps))
                    .as("bytes in %d steps, %s", steps, trend)
                    .isLessThan(ALLOWED_BYTES);
        }
    }

    /** Arrays and managers that DJL holds on to: of the fixture, and of all its parents. */
    private static int arrays(NDManager manager) {
        int arrays = ((PtNDManager) manager).getManagedArrays().size();
        NDManager parent = manager.getParentManager();
        return parent == null || parent == manager ? arrays : arrays + arrays(parent);
    }
}
