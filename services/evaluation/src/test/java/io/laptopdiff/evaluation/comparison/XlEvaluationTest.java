package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.evaluation.TinyComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Students of a teacher like SDXL: one with units removed, one that is a plain U-Net. */
class XlEvaluationTest {

    private static final class Patient implements Watcher {
        @Override
        public boolean shouldStop() {
            return false;
        }

        @Override
        public void progressed(String phase, int done, int total, double secondsLeft) {}
    }

    @TempDir private Path home;

    @ParameterizedTest
    @EnumSource(names = {"VEGA", "KOALA_700M"})
    void shouldDrawAndMeasureBesideItsTeacher(HandcraftedUNet unet) throws IOException {
        TinyComparison tiny = TinyComparison.xl(home, unet);
        VariantEvaluator evaluator =
                new VariantEvaluator(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("store")),
                        new EvaluationSettings(2, 1, Duration.ZERO, OptionalLong.empty()),
                        Devices.auto(),
                        Clock.systemUTC());
        VariantEvaluation evaluation =
                evaluator.evaluate(tiny.finished("run", "pruned"), new Patient());

        assertThat(evaluation.images()).hasSize(TinyComparison.PROMPTS);
        assertThat(evaluation.images())
                .anySatisfy(
                        image ->
                                assertThat(image.student().clipScore())
                                        .isNotEqualTo(image.teacher().clipScore()));
        assertThat(evaluation.studentMetrics().parameters())
                .isLessThan(evaluation.teacherMetrics().parameters());
        assertThat(evaluation.studentMetrics().macs())
                .isPositive()
                .isLessThan(evaluation.teacherMetrics().macs());
        assertThat(evaluation.studentMetrics().frechetDistance()).isNotNegative();
    }
}
