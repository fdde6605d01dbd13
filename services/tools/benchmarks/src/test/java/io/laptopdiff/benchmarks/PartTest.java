package io.laptopdiff.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.benchmarks.measure.FullStep;
import io.laptopdiff.benchmarks.measure.HalfWidthStep;
import io.laptopdiff.benchmarks.measure.PassSpeed;
import io.laptopdiff.benchmarks.measure.SweepSpeed;
import io.laptopdiff.diffusion.engine.Processor;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts measure what they say they measure; how fast a tiny model is, is nobody's matter. */
class PartTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);

    @TempDir Path home;

    @BeforeEach
    void writeTeacher() throws IOException {
        TinyTeacher.write(home, 1);
    }

    private Figures measure(Part part) throws Exception {
        Figures figures = part.measure(home, CLOCK);
        assertThat(figures.part()).isEqualTo(part.title());
        assertThat(figures.date()).isEqualTo("2026-11-24");
        assertThat(figures.value(Part.PEAK)).isGreaterThan(1 << 20);
        return figures;
    }

    @Test
    void shouldMeasurePassesInBothPrecisions() throws Exception {
        Figures figures = measure(Part.PASS);
        assertThat(figures.value(PassSpeed.FP32)).isPositive();
        assertThat(figures.value(PassSpeed.BF16)).isPositive();
        assertThat(figures.value(PassSpeed.ERROR)).isBetween(1e-5, 2e-2);
        // Work that the compiler finds to be for nothing would seem to run at any speed.
        assertThat(figures.value(PassSpeed.CONVOLUTION)).isBetween(1e6, 1e14);
        assertThat(figures.value(PassSpeed.PRODUCT)).isBetween(1e6, 1e14);
        double macs =
                figures.value(PassSpeed.LINEAR_MACS) + figures.value(PassSpeed.ATTENTION_MACS);
        assertThat(figures.value(PassSpeed.LEAST))
                .isEqualTo(
                        2
                                        * figures.value(PassSpeed.CONVOLUTION_MACS)
                                        / figures.value(PassSpeed.CONVOLUTION)
                                + 2 * macs / figures.value(PassSpeed.PRODUCT));
    }

    @Test
    void shouldHoldTheSweepAgainstWholePasses() throws Exception {
        Figures figures = measure(Part.SWEEP);
        assertThat(figures.value(SweepSpeed.UNITS)).isEqualTo(38);
        assertThat(figures.value(SweepSpeed.DIFFERENCE)).isBetween(0.0, 1e-5);
        assertThat(figures.value(SweepSpeed.LEAST_SHARE)).isBetween(0.3, 0.9);
        assertThat(figures.value(SweepSpeed.NAIVE)).isPositive();
        assertThat(figures.value(SweepSpeed.SWEEP)).isPositive();
    }

    @Test
    void shouldHalveTheWidth() throws Exception {
        long whole = UNetLayout.of(UNetConfig.read(home.resolve("unet"))).parameters();
        Figures figures = measure(Part.HALF_WIDTH_STEP);
        assertThat(figures.value(HalfWidthStep.PARAMETERS)).isBetween(0.2 * whole, 0.4 * whole);
        assertThat(figures.value(HalfWidthStep.STEP))
                .isGreaterThan(figures.value(HalfWidthStep.BACKWARD));
        assertThat(figures.value(HalfWidthStep.OPTIMIZER_LEAST)).isPositive();
    }

    @Test
    void shouldTakeHalfOfTheParametersAway() throws Exception {
        Figures figures = measure(Part.FULL_STEP);
        assertThat(figures.value(FullStep.RATIO)).isBetween(0.5, 0.56);
        assertThat(figures.value(HalfWidthStep.STEP)).isPositive();
    }

    @Test
    void shouldKeepFiguresOfEachProcessor() throws Exception {
        Path directory = home.resolve("figures");
        FigureFiles files = new FigureFiles(directory);
        assertThat(files.all()).isEmpty();
        Figures figures = new Figures("pass", "a machine", "2026-11-24", Map.of("seconds", 0.1));
        files.keep(Part.PASS, figures);
        files.keep(Part.PASS, figures);
        assertThat(files.all()).isEqualTo(Map.of(Part.PASS, List.of(figures)));
        Processor here = Processor.here();
        Processor there =
                new Processor(
                        here.vendor(),
                        here.model(),
                        here.family(),
                        here.number() + "99",
                        here.stepping(),
                        here.flags(),
                        here.caches());
        Figures theirs = new Figures("pass", "another", "2026-11-30", Map.of("seconds", 0.2));
        FigureFiles beside = new FigureFiles(directory, there);
        assertThat(beside.own()).isEmpty();
        beside.keep(Part.PASS, theirs);
        assertThat(files.own()).isEqualTo(Map.of(Part.PASS, List.of(figures)));
        assertThat(beside.own()).isEqualTo(Map.of(Part.PASS, List.of(theirs)));
        assertThat(files.all().get(Part.PASS)).containsExactlyInAnyOrder(figures, theirs);
    }

    @Test
    void shouldNameThePartsThatThereAre() {
        assertThat(Part.of("half-width-step")).isEqualTo(Part.HALF_WIDTH_STEP);
        assertThatThrownBy(() -> Part.of("speed"))
                .hasMessageContaining("'speed'")
                .hasMessageContaining("operators, pass, sweep");
    }
}
