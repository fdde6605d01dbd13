package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.evaluation.TinyComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawingSizeTest {

    @TempDir static Path home;
    private static TinyComparison tiny;

    @BeforeAll
    static void writeTheModels() throws IOException {
        tiny = TinyComparison.in(home);
    }

    private static DrawingSize size() {
        return DrawingSize.of(tiny.finished("run", "pruned"), Artifacts.ofFiles());
    }

    private static long needed(int images) {
        return size().memory().needed(size().guided() * images);
    }

    @Test
    void shouldDrawAsManyAtOnceAsMemoryHasRoomFor() {
        assertThat(size().images(8, Long.MAX_VALUE)).isEqualTo(8);
        assertThat(size().images(1000, needed(900))).isEqualTo(900);
        assertThat(size().images(1000, needed(900) - 1)).isLessThan(900);
    }

    @Test
    void shouldRefuseBeforeAnythingIsLoadedWhereOneImageDoesNotFit() {
        VariantEvaluator evaluator =
                new VariantEvaluator(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        new EvaluationSettings(8, 1, Duration.ZERO, OptionalLong.of(1)),
                        Devices.auto(),
                        Clock.systemUTC());
        assertThatThrownBy(() -> evaluator.evaluate(tiny.finished("run", "pruned"), new Watching()))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> {
                            assertThat(e.what()).contains("may take 0 MB");
                            assertThat(e.howToFix()).contains("laptopdiff.evaluation.memory");
                        });
    }

    private static final class Watching implements Watcher {
        @Override
        public boolean shouldStop() {
            return false;
        }

        @Override
        public void progressed(String phase, int done, int total, double secondsLeft) {
            throw new AssertionError("it must not begin");
        }
    }
}
