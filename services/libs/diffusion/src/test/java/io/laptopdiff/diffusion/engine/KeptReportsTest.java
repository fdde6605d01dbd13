package io.laptopdiff.diffusion.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptReportsTest {

    private static final Processor PROCESSOR =
            new Processor(
                    "AuthenticAMD",
                    "AMD EPYC",
                    "26",
                    "2",
                    "1",
                    Set.of("avx2", "avx512f"),
                    Map.of());

    @TempDir private Path directory;

    @Test
    void shouldFindWhatWasKept() {
        KeptReports kept = new KeptReports(directory.resolve("not/yet/there"));
        EngineReport report = report(1e-7, true);
        kept.keep("abc", report);
        assertThat(kept.find("abc")).contains(report.asKept());
        assertThat(kept.find("abd")).isEmpty();
    }

    /** Somebody may have mended the machine since. */
    @Test
    void shouldKeepNothingWrong() {
        KeptReports kept = new KeptReports(directory);
        kept.keep("abc", report(Double.POSITIVE_INFINITY, false));
        assertThat(kept.find("abc")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldCheckAnewWhereTheFileIsTorn() throws IOException {
        KeptReports kept = new KeptReports(directory);
        kept.keep("abc", report(1e-7, true));
        String whole = Files.readString(kept.file("abc"));
        Files.writeString(kept.file("abc"), whole.substring(0, whole.length() / 2));
        assertThat(kept.find("abc")).isEmpty();
    }

    @Test
    void shouldTellMachinesVersionsAndFormsApart() {
        OperatorForms forms = OperatorForms.of(PROCESSOR);
        Processor withCaches =
                new Processor(
                        PROCESSOR.vendor(),
                        PROCESSOR.model(),
                        PROCESSOR.family(),
                        PROCESSOR.number(),
                        PROCESSOR.stepping(),
                        PROCESSOR.flags(),
                        Map.of("L2 Unified", "1024K"));
        assertThat(
                        List.of(
                                KeptReports.key(PROCESSOR, "2.7.1", 2, forms),
                                KeptReports.key(withCaches, "2.7.1", 2, forms),
                                KeptReports.key(PROCESSOR, "2.7.2", 2, forms),
                                KeptReports.key(PROCESSOR, "2.7.1", 1, forms),
                                KeptReports.key(PROCESSOR, "2.7.1", 2, forms.withFaults("GELU"))))
                .doesNotHaveDuplicates();
        assertThat(KeptReports.key(PROCESSOR, "2.7.1", 2, forms))
                .isEqualTo(KeptReports.key(PROCESSOR, "2.7.1", 2, OperatorForms.of(PROCESSOR)));
    }

    private static EngineReport report(double error, boolean chosen) {
        return new EngineReport(
                "2.7.1",
                2,
                Instant.parse("2026-11-30T12:00:00Z"),
                1.5,
                false,
                List.of(
                        new EngineReport.Finding(
                                Operator.GELU, "fused", error, "output of 2 of 20", 0, chosen)));
    }
}
