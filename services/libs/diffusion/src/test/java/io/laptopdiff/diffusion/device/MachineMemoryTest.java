package io.laptopdiff.diffusion.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineMemoryTest {

    @TempDir Path root;

    @Test
    void shouldTellWhatTheMachineHas() throws IOException {
        write("proc/meminfo", "MemTotal:       100 kB\nMemAvailable:    60 kB\n");

        assertThat(new MachineMemory(root).available()).isEqualTo(60 * 1024);
    }

    @Test
    void shouldTakeNoMoreThanTheContainerMay() throws IOException {
        write("proc/meminfo", "MemAvailable:    60 kB\n");
        write("sys/fs/cgroup/memory.max", "40960\n");
        write("sys/fs/cgroup/memory.current", "30720\n");
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 2048\n");

        assertThat(new MachineMemory(root).available()).isEqualTo(10240 + 2048);
        assertThat(new MachineMemory(root).containerLimit()).hasValue(40960);
    }

    @Test
    void shouldKnowNoLimitWhereThereIsNone() throws IOException {
        write("proc/meminfo", "MemAvailable:    60 kB\n");
        write("sys/fs/cgroup/memory.max", "max\n");

        assertThat(new MachineMemory(root).available()).isEqualTo(60 * 1024);
        assertThat(new MachineMemory(root).containerLimit()).isEmpty();
    }

    @Test
    void shouldTellWhatThereIsInAll() throws IOException {
        write("proc/meminfo", "MemTotal:    60 kB\n");
        assertThat(new MachineMemory(root).total()).isEqualTo(60 * 1024);
        write("sys/fs/cgroup/memory.max", "40960\n");
        assertThat(new MachineMemory(root).total()).isEqualTo(40960);
    }

    @Test
    void shouldTellWhatThisProcessHolds() {
        MachineMemory memory = new MachineMemory();

        assertThat(memory.resident()).isBetween(10L << 20, memory.peakResident());
        assertThat(memory.available()).isPositive();
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
