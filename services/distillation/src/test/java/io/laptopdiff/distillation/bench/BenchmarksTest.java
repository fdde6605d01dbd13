package io.laptopdiff.distillation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.testing.TinyXlTeacher;
import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks run, and count what they say they count; how fast is another matter. */
class BenchmarksTest {

    @TempDir Path home;

    private ObjectNode config() throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(home.resolve("unet/config.json").toFile());
    }

    @Test
    void shouldMeasureStepsPlainAndCheckpointed() throws IOException {
        TinyTeacher.write(home, 1);
        UNetLayout layout = UNetLayout.of(UNetConfig.read(home.resolve("unet")));
        Set<String> removed = LargestUnits.of(layout, 0.5);
        for (boolean checkpointing : new boolean[] {false, true}) {
            StepBenchmark.Result result =
                    StepBenchmark.run(
                            StepBenchmark.Setting.ofRandom(
                                    config(), removed, 2, 8, 7, checkpointing, 1));
            assertThat(result.teacherParameters()).isEqualTo(layout.parameters());
            assertThat(result.studentParameters()).isEqualTo(layout.parameters(removed));
            // The largest units are taken one by one: the last may go a little beyond.
            assertThat(result.studentParameters() / (double) layout.parameters())
                    .isCloseTo(0.47, within(0.03));
            assertThat(result.loss()).isFinite().isPositive();
            assertThat(result.median().backward()).isPositive();
            assertThat(result.median().total())
                    .isGreaterThan(result.median().teacher() + result.median().optimizer());
            assertThat(result.peakResidentBytes()).isGreaterThan(1 << 20);
        }
    }

    @Test
    void shouldMeasureStepsOfACheckpointWithABfloat16Teacher() throws IOException {
        TinyTeacher.write(home, 1);
        StepBenchmark.Result result =
                StepBenchmark.run(
                        StepBenchmark.Setting.of(home.resolve("unet"), Set.of(), 1, 8, 7, true, 1));
        assertThat(result.studentParameters()).isEqualTo(result.teacherParameters());
        // What is distilled is the teacher itself, rounded: only the task is left to learn.
        assertThat(result.loss()).isFinite().isPositive();
    }

    @Test
    void shouldMeasureAnXlStep() throws IOException {
        TinyXlTeacher.write(home, 1, 1);
        StepBenchmark.Result result =
                StepBenchmark.run(
                        StepBenchmark.Setting.ofRandom(config(), Set.of(), 1, 8, 7, true, 1));
        assertThat(result.loss()).isFinite().isPositive();
    }

    /** g; then w, g, m and v in and w, m and v out; then g: nine numbers of four bytes. */
    @Test
    void shouldSetTheOptimizerAgainstItsBytes() throws IOException {
        TinyTeacher.write(home, 1);
        UNetLayout layout = UNetLayout.of(UNetConfig.read(home.resolve("unet")));
        OptimizerBenchmark.Result result = OptimizerBenchmark.run(layout.tensors(), 1);
        assertThat(result.parameters()).isEqualTo(layout.parameters());
        assertThat(result.bytesPerSecond()).isBetween(1e8, 1e12);
        assertThat(result.leastSeconds())
                .isCloseTo(36.0 * layout.parameters() / result.bytesPerSecond(), within(1e-12));
        assertThat(result.ratio()).isPositive();
    }
}
