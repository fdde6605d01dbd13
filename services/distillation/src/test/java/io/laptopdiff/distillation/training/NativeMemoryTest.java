package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step leaves nothing behind outside of the Java heap. */
class NativeMemoryTest {

    private static final int STEPS = 100;

    /** Allocator pools and compiled code settle in the first steps. */
    private static final int SETTLED = 40;

    /** A plain step that frees nothing leaves 1.5 MB, so 88 MB in 60 of them. */
    private static final long ALLOWED_BYTES = 16L << 20;

    @TempDir Path home;
    private long settledBytes;
    private long endBytes;

    @Test
    void shouldNotGrowWithTheSteps() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        PlanCreated plan =
                tiny.pruned(
                        "long",
                        Map.of(
                                "steps", STEPS,
                                "batchSize", 1,
                                "checkpointEverySteps", 1000,
                                "emaDecay", 0.99,
                                "gradientAccumulation", 2,
                                "gradientSharesEverySteps", 10,
                                "minSnrGamma", 5,
                                "teacherGuidance", 2));
        new DistillationJob(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        Clock.systemUTC())
                .run(
                        plan,
                        event -> {
                            if (event instanceof DistillationProgressed step
                                    && step.step() == SETTLED) {
                                settledBytes = nativeBytes();
                            } else if (event instanceof DistillationProgressed step
                                    && step.step() == STEPS) {
                                endBytes = nativeBytes();
                            }
                        },
                        Interruption.NONE);
        assertThat(endBytes - settledBytes)
                .as("bytes in %d steps", STEPS - SETTLED)
                .isLessThan(ALLOWED_BYTES);
    }

    /** Resident memory less what the Java heap has committed. */
    private static long nativeBytes() {
        System.gc(); // closes what only the collector knows to be unreachable
        try {
            long kilobytes =
                    Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("RssAnon:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow();
            return kilobytes * 1024 - Runtime.getRuntime().totalMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
