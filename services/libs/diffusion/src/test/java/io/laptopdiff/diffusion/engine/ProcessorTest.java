package io.laptopdiff.diffusion.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {

    private static final String CPUINFO =
            """
            processor	: 0
            vendor_id	: AuthenticAMD
            cpu family	: 26
            model		: 2
            model name	: AMD EPYC
            stepping	: 1
            flags		: fpu sse4_1 avx avx2 fma avx512f avx512_bf16

            processor	: 1
            vendor_id	: other
            """;

    @TempDir private Path root;

    @Test
    void shouldReadTheFirstProcessorAndItsCaches() throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), CPUINFO);
        Path cache = root.resolve("sys/devices/system/cpu/cpu0/cache/index2");
        Files.createDirectories(cache);
        Files.writeString(cache.resolve("level"), "2\n");
        Files.writeString(cache.resolve("type"), "Unified\n");
        Files.writeString(cache.resolve("size"), "512K\n");
        Processor processor = Processor.read(root);
        assertThat(processor.vendor()).isEqualTo("AuthenticAMD");
        assertThat(processor.family()).isEqualTo("26");
        assertThat(processor.number()).isEqualTo("2");
        assertThat(processor.model()).isEqualTo("AMD EPYC");
        assertThat(processor.caches()).containsEntry("L2 Unified", "512K");
        assertThat(processor.multipliesBfloat16()).isTrue();
        assertThat(processor.instructionSets())
                .containsExactly("sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_bf16");
    }

    @Test
    void shouldSayNothingWhereTheSystemDoes() {
        Processor processor = Processor.read(root);
        assertThat(processor.caches()).isEmpty();
        assertThat(processor.vendor()).isEmpty();
        assertThat(processor.multipliesBfloat16()).isFalse();
    }
}
