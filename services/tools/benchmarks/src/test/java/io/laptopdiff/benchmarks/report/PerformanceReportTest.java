package io.laptopdiff.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.benchmarks.FigureFiles;
import io.laptopdiff.benchmarks.Figures;
import io.laptopdiff.benchmarks.Part;
import io.laptopdiff.benchmarks.measure.PeerSpeed;
import io.laptopdiff.benchmarks.measure.SweepSpeed;
import io.laptopdiff.benchmarks.run.WholeRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PerformanceReportTest {

    private static final Path REPOSITORY = Path.of("../../..");
    private static final Path PUBLISHED = REPOSITORY.resolve("docs/benchmarks");

    private static Figures sweep(double seconds, double difference) {
        return new Figures(
                "sweep",
                "a machine",
                "2026-11-24",
                Map.of(
                        SweepSpeed.UNITS, 38.0,
                        SweepSpeed.NAIVE, 100.0,
                        SweepSpeed.SWEEP, seconds,
                        SweepSpeed.ALONE, 60.0,
                        SweepSpeed.TOGETHER, 4.0,
                        SweepSpeed.LEAST_SHARE, 0.5,
                        SweepSpeed.DIFFERENCE, difference,
                        Part.PEAK, 5e9));
    }

    private static PerformanceReport report(Map<Part, Figures> figures) {
        Map<Part, List<Figures>> each = new EnumMap<>(Part.class);
        figures.forEach((part, measured) -> each.put(part, List.of(measured)));
        return new PerformanceReport(each);
    }

    @Test
    void shouldHoldFiguresAgainstTheirTargets() {
        assertThat(report(Map.of(Part.SWEEP, sweep(54, 2e-6))).page())
                .contains("Measured on 2026-11-24 on a machine.")
                .contains("| 39 whole passes | 100.0 s |  |  |")
                .contains("| sweep, share of the whole passes | 0.540 | at most 0.550 | reached |")
                .contains(
                        "| sweep against that least | 1.08 times | at most 1.15 times | reached |")
                .contains("| peak resident memory | 5.00 GB |  |  |")
                .doesNotContain("missed");
        assertThat(report(Map.of(Part.SWEEP, sweep(58, 2e-5))).page())
                .contains("| 0.580 | at most 0.550 | **missed** |")
                .contains("| 1.16 times | at most 1.15 times | **missed** |")
                .contains("| 2.0e-05 | at most 1.0e-05 | **missed** |");
    }

    @Test
    void shouldNameWhatIsMissedOfTheseParts() {
        PerformanceReport report =
                report(Map.of(Part.SWEEP, sweep(56, 2e-6), Part.RUN, run(90, 12e9)));
        assertThat(report.missed(Set.of(Part.SWEEP)))
                .containsExactly(
                        "sweep: sweep, share of the whole passes: 0.560, wanted at most 0.550");
        assertThat(report.missed(Set.of(Part.RUN)))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("resident memory"));
        assertThat(report.missed(Set.of(Part.PASS))).isEmpty();
    }

    @Test
    void shouldSumUpWhatHasATarget() {
        assertThat(report(Map.of(Part.SWEEP, sweep(54, 2e-6))).summary())
                .contains("| sweep: sweep, share of the whole passes | 0.540 | at most 0.550 |")
                .doesNotContain("whole passes | 100");
    }

    @Test
    void shouldShowEachMachineWithItsOwnFigures() {
        Figures first = sweep(54, 2e-6);
        Figures second = new Figures(first.part(), "another, larger", first.date(), first.values());
        PerformanceReport report =
                new PerformanceReport(
                        Map.of(
                                Part.SWEEP,
                                List.of(first, second),
                                Part.RUN,
                                List.of(run(90, 11e9))));
        assertThat(report.page())
                .contains("Measured on 2026-11-24 on a machine.")
                .contains("Measured on 2026-11-24 on another, larger.")
                .containsOnlyOnce("## Scoring");
        assertThat(report.summary())
                .contains("a machine | another | wanted |")
                .contains("| sweep: sweep, share of the whole passes | 0.540 | 0.540 | at most")
                .contains(
                        "| run: disk | 7.00 GB estimated, 7.50 GB taken: -7 % |  | within 15 % |");
    }

    @Test
    void shouldHoldOursAgainstThePeers() {
        Map<String, Double> values = new HashMap<>();
        values.put(PeerSpeed.OURS + PeerSpeed.FP32, 8.0);
        values.put(PeerSpeed.PEER + PeerSpeed.FP32, 10.0);
        values.put(PeerSpeed.OURS + PeerSpeed.STEP, 6.6);
        values.put(PeerSpeed.PEER + PeerSpeed.STEP, 6.0);
        values.put(PeerSpeed.OURS + PeerSpeed.PASS_PEAK, 4e9);
        values.put(PeerSpeed.PEER + PeerSpeed.PASS_PEAK, 5e9);
        values.put(Part.PEAK, 6e9);
        Figures peer = new Figures("peer", "a machine", "2026-11-30", values);
        PerformanceReport report = report(Map.of(Part.PEER, peer));
        assertThat(report.page())
                .contains(
                        "| fp32 pass, ours over PyTorch's | 0.80 (8.00 s over 10.0 s) | at most 1.00 | reached |")
                .contains("| half-width step, ours over PyTorch's | 1.10 (6.60 s over 6.00 s) |")
                .contains(
                        "| peak memory of the fp32 pass, ours over PyTorch's | 0.80 (4.00 GB over 5.00 GB)")
                .doesNotContain("bf16 pass");
        assertThat(report.missed(Set.of(Part.PEER)))
                .singleElement()
                .asString()
                .contains("half-width step");
    }

    private static Figures run(double estimatedSeconds, double estimatedBytes) {
        Map<String, Double> values = new HashMap<>();
        for (String stage : WholeRun.STAGES) {
            values.put(WholeRun.seconds(stage, true), estimatedSeconds);
            values.put(WholeRun.seconds(stage, false), 100.0);
            values.put(WholeRun.bytes(stage, true), estimatedBytes);
            values.put(WholeRun.bytes(stage, false), 10e9);
        }
        values.put(WholeRun.seconds(WholeRun.ALL, true), 3 * estimatedSeconds);
        values.put(WholeRun.seconds(WholeRun.ALL, false), 300.0);
        values.put(WholeRun.disk(true), 7e9);
        values.put(WholeRun.disk(false), 7.5e9);
        values.put(Part.PEAK, 11e9);
        return new Figures("run", "a machine", "2026-11-28", values);
    }

    @Test
    void shouldHoldEstimatesAgainstWhatWasTaken() {
        assertThat(report(Map.of(Part.RUN, run(90, 11e9))).page())
                .contains(
                        "| distillation, time | 90.0 s estimated, 100.0 s taken: -10 % | within 15 % | reached |")
                .contains(
                        "| evaluation, resident memory | 11.00 GB estimated, 10.00 GB taken: +10 % | within 15 % | reached |")
                .contains(
                        "| disk | 7.00 GB estimated, 7.50 GB taken: -7 % | within 15 % | reached |")
                .doesNotContain("missed");
        assertThat(report(Map.of(Part.RUN, run(80, 12e9))).page())
                .contains("-20 % | within 15 % | **missed** |")
                .contains("+20 % | within 15 % | **missed** |");
    }

    /** Whoever changes page, README or figures by hand finds that they are not of each other. */
    @Test
    void shouldPublishNothingButWhatTheFiguresSay() throws IOException {
        Map<Part, List<Figures>> figures = new FigureFiles(PUBLISHED.resolve("performance")).all();
        PerformanceReport report = new PerformanceReport(figures);
        assertThat(figures.keySet())
                .containsAll(Arrays.stream(Part.values()).filter(p -> !p.needsPeer()).toList());
        assertThat(Files.readString(PUBLISHED.resolve("performance.md"))).isEqualTo(report.page());
        assertThat(Files.readString(REPOSITORY.resolve("README.md"))).contains(report.summary());
    }
}
