package io.laptopdiff.diffusion.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.diffusion.device.DeviceException;
import io.laptopdiff.diffusion.device.Devices;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    private static final ProcessorFacts PROCESSOR =
            new ProcessorFacts(
                    "Some CPU",
                    "AuthenticAMD",
                    "26",
                    "2",
                    "1",
                    2,
                    List.of("avx2"),
                    Map.of("L2 Unified", "1024K"));
    private static final MemoryFacts MEMORY =
            new MemoryFacts(16_000_000_000L, 8_000_000_000L, null, 1_000_000_000L, "madvise");
    private static final DirectoryFacts DATA =
            new DirectoryFacts("data", "~/data", true, true, 50_000_000_000L);
    private static final PortFacts PORT = new PortFacts("gateway", 8080, "--port", true);
    private static final OperatorFacts RIGHT = form("padded", 1e-7, true);

    private static OperatorFacts form(String form, Double error, boolean chosen) {
        boolean right = error != null && error < 2e-5;
        return new OperatorFacts(
                "convolution", "fp32", form, error, 2e-5, "1x320x64", 90.0, right, chosen);
    }

    private static EngineFacts engine(int threads, Finding problem, OperatorFacts... forms) {
        return new EngineFacts(
                "2.7.1",
                List.of("cpu"),
                0,
                threads,
                Instant.EPOCH,
                1.5,
                false,
                List.of(forms),
                problem);
    }

    private static SystemFacts system(String cLibrary, String encoding) {
        return new SystemFacts(
                "Linux 6.1 amd64",
                "17",
                cLibrary,
                "C library",
                "C.UTF-8",
                "UTF-8",
                encoding,
                Map.of());
    }

    private static final SystemFacts SYSTEM = system("glibc 2.36", "UTF-8");

    private static DoctorReport report(
            ProcessorFacts processor,
            MemoryFacts memory,
            SystemFacts system,
            DirectoryFacts directory,
            PortFacts port,
            EngineFacts engine) {
        return new DoctorReport(
                "1",
                Instant.EPOCH,
                processor,
                memory,
                system,
                List.of(directory),
                List.of(port),
                engine,
                null,
                List.of());
    }

    private static String only(DoctorReport report) {
        List<Finding> findings = Diagnosis.of(report);
        assertThat(findings).hasSize(1);
        return findings.get(0).what()
                + " | "
                + findings.get(0).where()
                + " | "
                + findings.get(0).howToFix();
    }

    @Test
    void shouldFindNothingWhereAllIsWell() {
        DoctorReport report = report(PROCESSOR, MEMORY, SYSTEM, DATA, PORT, engine(2, null, RIGHT));
        assertThat(Diagnosis.of(report)).isEmpty();
        assertThat(report.healthy()).isTrue();
        assertThat(report.text()).contains("no findings").doesNotContain("null");
        assertThat(report.line())
                .isEqualTo(
                        "Some CPU (family 26 model 2), 2 processors, avx2, caches reported, 16.0 GB,"
                                + " huge pages madvise, allocator: C library, JDK 17, libtorch 2.7.1 with 2 threads");
    }

    @Test
    void shouldFindAProcessorWithoutCachesOrInstructionSets() {
        ProcessorFacts none =
                new ProcessorFacts("Some CPU", "", "", "", "", 2, List.of("avx2"), Map.of());
        assertThat(only(report(none, MEMORY, SYSTEM, DATA, PORT, null)))
                .contains("reports no caches", "host-cache-info=on");
        ProcessorFacts old =
                new ProcessorFacts("Some CPU", "", "", "", "", 2, List.of(), PROCESSOR.caches());
        assertThat(only(report(old, MEMORY, SYSTEM, DATA, PORT, null))).contains("no AVX2");
    }

    @Test
    void shouldFindTooLittleMemory() {
        MemoryFacts limited =
                new MemoryFacts(2_000_000_000L, 1_500_000_000L, 2_000_000_000L, 1, "always");
        assertThat(only(report(PROCESSOR, limited, SYSTEM, DATA, PORT, null)))
                .contains("There are 2.0 GB", "about 4.0 GB", "limit of the container");
        MemoryFacts taken = new MemoryFacts(16_000_000_000L, 900_000_000L, null, 1, "always");
        assertThat(only(report(PROCESSOR, taken, SYSTEM, DATA, PORT, null)))
                .contains("Of 16.0 GB of memory, other processes leave 900 MB");
    }

    @Test
    void shouldFindThatHugePagesAreOff() {
        MemoryFacts never = new MemoryFacts(16_000_000_000L, 8_000_000_000L, null, 1, "never");
        assertThat(only(report(PROCESSOR, never, SYSTEM, DATA, PORT, null)))
                .contains("echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
    }

    @Test
    void shouldFindASystemThatLosesLettersOrHasAnotherCLibrary() {
        SystemFacts ascii = system("glibc 2.36", "ANSI_X3.4-1968");
        assertThat(only(report(PROCESSOR, MEMORY, ascii, DATA, PORT, null)))
                .contains("ANSI_X3.4-1968", "Set LC_ALL=C.UTF-8");
        SystemFacts musl = system("musl", "UTF-8");
        assertThat(only(report(PROCESSOR, MEMORY, musl, DATA, PORT, null))).contains("need glibc");
    }

    @Test
    void shouldFindDirectoriesThatTakeNothing() {
        DirectoryFacts locked = new DirectoryFacts("data", "/data", true, false, 0);
        assertThat(only(report(PROCESSOR, MEMORY, SYSTEM, locked, PORT, null)))
                .contains("cannot be written to", "data, /data");
        DirectoryFacts full = new DirectoryFacts("data", "/data", true, true, 300_000_000L);
        assertThat(only(report(PROCESSOR, MEMORY, SYSTEM, full, PORT, null)))
                .contains("The disk has 300 MB left");
    }

    @Test
    void shouldFindAPortThatIsTaken() {
        PortFacts taken = new PortFacts("gateway", 8080, "--port", false);
        assertThat(only(report(PROCESSOR, MEMORY, SYSTEM, DATA, taken, null)))
                .contains("listens at port 8080", "--port");
    }

    @Test
    void shouldSayWhatIsTakenInPlaceOfAWrongForm() {
        EngineFacts engine = engine(2, null, form("plain", 0.33, false), RIGHT);
        assertThat(only(report(PROCESSOR, MEMORY, SYSTEM, DATA, PORT, engine)))
                .contains(
                        "convolution, fp32 wrongly in its form 'plain'",
                        "error 3.3e-01",
                        "'padded' computes it rightly");
    }

    @Test
    void shouldGiveTheProblemOnceWhereNoFormIsRight() {
        Finding problem = new Finding("wrong everywhere", "self-check", "Do something.");
        EngineFacts engine =
                engine(2, problem, form("plain", 0.33, false), form("padded", null, false));
        assertThat(Diagnosis.of(report(PROCESSOR, MEMORY, SYSTEM, DATA, PORT, engine)))
                .containsExactly(problem);
        assertThat(report(PROCESSOR, MEMORY, SYSTEM, DATA, PORT, engine).text())
                .contains("not finite", "wrong");
    }

    @Test
    void shouldFindMoreThreadsThanProcessors() {
        assertThat(only(report(PROCESSOR, MEMORY, SYSTEM, DATA, PORT, engine(8, null, RIGHT))))
                .contains("8 threads on 2 processors", "at most 2");
    }

    @Test
    void shouldTellOfAnEngineThatDoesNotLoad() {
        Finding finding = Diagnosis.ofEngine(new UnsatisfiedLinkError("libtorch.so: no such file"));
        assertThat(finding.what()).isEqualTo("PyTorch cannot be loaded: libtorch.so: no such file");
        DeviceException device =
                catchThrowableOfType(DeviceException.class, () -> Devices.of("tpu"));
        assertThat(Diagnosis.ofEngine(device).where()).isEqualTo("laptopdiff.device = tpu");
    }
}
