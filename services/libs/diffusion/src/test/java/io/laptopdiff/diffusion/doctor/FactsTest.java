package io.laptopdiff.diffusion.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactsTest {

    @TempDir Path root;

    @ParameterizedTest
    @CsvSource({"always [madvise] never,madvise", "always madvise [never],never", "nonsense,''"})
    void shouldReadWhichHugePagesAreChosen(String file, String chosen) throws IOException {
        write("sys/kernel/mm/transparent_hugepage/enabled", file + "\n");
        assertThat(MemoryFacts.below(root).hugePages()).isEqualTo(chosen);
    }

    @Test
    void shouldKnowNoHugePagesWhereTheSystemHasNone() {
        assertThat(MemoryFacts.below(root).hugePages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "libtcmalloc_minimal.so.4.5.9,libtcmalloc_minimal.so.4.5.9",
        "libjemalloc.so.2,libjemalloc.so.2",
        "libc.so.6,C library"
    })
    void shouldTellWhichLibraryAllocates(String library, String allocator) throws IOException {
        write("proc/self/maps", "7f00-7f01 r-xp 00000000 08:01 42   /usr/lib/" + library + "\n");
        assertThat(SystemFacts.below(root).allocator()).isEqualTo(allocator);
    }

    @Test
    void shouldTellMuslFromGlibc() throws IOException {
        write("proc/self/maps", "7f00-7f01 r-xp 00000000 08:01 42   /lib/ld-musl-x86_64.so.1\n");
        assertThat(SystemFacts.below(root).cLibrary()).isEqualTo("musl");
        assertThat(SystemFacts.below(Path.of("/")).cLibrary()).matches("glibc 2\\.\\d+.*");
    }

    @Test
    void shouldGoByTheVariableThatDecides() {
        assertThat(SystemFacts.language(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "C")))
                .isEqualTo("C");
        assertThat(SystemFacts.language(Map.of("LANG", "C.UTF-8", "LC_ALL", "")))
                .isEqualTo("C.UTF-8");
        assertThat(SystemFacts.language(Map.of())).isEmpty();
    }

    @Test
    void shouldShowNoHomeDirectory() {
        String home = System.getProperty("user.home");
        assertThat(DirectoryFacts.of("data", Path.of(home, "some", "data")).path())
                .isEqualTo("~/some/data");
    }

    @Test
    void shouldTryWhetherADirectoryTakesFiles() throws IOException {
        DirectoryFacts missing = DirectoryFacts.of("data", root.resolve("not/yet/there"));
        assertThat(missing.writable()).isTrue();
        assertThat(missing.exists()).isFalse();
        assertThat(missing.freeBytes()).isPositive();
        assertThat(root).as("left as it was").isEmptyDirectory();
        assertThat(DirectoryFacts.of("data", Path.of("/proc")).writable()).isFalse();
    }

    @Test
    void shouldTryWhetherAPortIsFree() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            assertThat(PortFacts.of("gateway", port, "--port").free()).isFalse();
        }
        assertThat(PortFacts.of("gateway", port, "--port").free()).isTrue();
        assertThat(PortFacts.of("Kafka", 0, "--kafka-port").free()).isTrue();
    }

    @Test
    void shouldExamineAMachineWithoutItsEngine() {
        DoctorReport report =
                new Doctor("1.2", Clock.systemUTC()).withoutEngine("none here").examine();
        assertThat(report.engine()).isNull();
        assertThat(report.text()).containsPattern("(?m)^libtorch +none here$");
        assertThat(report.processor().processors()).isPositive();
        assertThat(report.memory().totalBytes()).isPositive();
    }

    @Test
    void shouldExamineAMachineWhoseEngineDoesNotLoad() {
        DoctorReport report =
                new Doctor("1.2", Clock.systemUTC())
                        .engine(
                                () -> {
                                    throw new UnsatisfiedLinkError("libgomp.so.1 is missing");
                                })
                        .examine();
        assertThat(report.findings().get(0).what()).contains("libgomp.so.1 is missing");
        assertThat(report.healthy()).isFalse();
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
