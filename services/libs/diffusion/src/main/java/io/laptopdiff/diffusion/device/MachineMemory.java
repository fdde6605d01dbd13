package io.laptopdiff.diffusion.device;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The memory of this machine, or of the container that this process runs in. */
public final class MachineMemory {

    private static final long KILOBYTE = 1024;

    private final Path root;

    /** Looks at the machine that this runs on. */
    public MachineMemory() {
        this(Path.of("/"));
    }

    /** Looks at the system's files under another root, for tests. */
    MachineMemory(Path root) {
        this.root = root;
    }

    /**
     * Returns the bytes that this process can still take: what the system says is available, and no
     * more than the container's limit leaves. Caches of files give way, and count as available.
     */
    public long available() {
        long machine =
                kilobytes("proc/meminfo", "MemAvailable:").orElseGet(MachineMemory::freeOfBean);
        OptionalLong limit = number("sys/fs/cgroup/memory.max");
        if (limit.isEmpty()) {
            return machine;
        }
        long used = number("sys/fs/cgroup/memory.current").orElse(0);
        long files = numberOf("sys/fs/cgroup/memory.stat", "inactive_file").orElse(0);
        return Math.min(machine, Math.max(0, limit.getAsLong() - used + files));
    }

    /** Returns the bytes that the machine has, or its container's limit where that is less. */
    public long total() {
        long machine = kilobytes("proc/meminfo", "MemTotal:").orElseGet(MachineMemory::totalOfBean);
        return Math.min(machine, number("sys/fs/cgroup/memory.max").orElse(machine));
    }

    /**
     * Returns the bytes that the container of this process may hold; empty where nothing limits it.
     */
    public OptionalLong containerLimit() {
        return number("sys/fs/cgroup/memory.max");
    }

    /**
     * Returns the bytes of this process in memory now, its files' pages aside; 0 where nobody
     * tells.
     */
    public long resident() {
        return kilobytes("proc/self/status", "RssAnon:").orElse(0);
    }

    /**
     * Returns the bytes of this process in memory now, its files' pages included; 0 where nobody
     * tells.
     */
    public long residentWithFiles() {
        return kilobytes("proc/self/status", "VmRSS:").orElse(0);
    }

    /**
     * Returns the most bytes of this process that ever were in memory, its files' pages included; 0
     * where nobody tells.
     */
    public long peakResident() {
        return kilobytes("proc/self/status", "VmHWM:").orElse(0);
    }

    /** Returns the free bytes of operating systems that tell them in no file. */
    private static long freeOfBean() {
        return bean().getFreeMemorySize();
    }

    private static long totalOfBean() {
        return bean().getTotalMemorySize();
    }

    private static com.sun.management.OperatingSystemMXBean bean() {
        return (com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
    }

    private OptionalLong kilobytes(String file, String name) {
        OptionalLong found = numberOf(file, name);
        return found.isEmpty() ? found : OptionalLong.of(KILOBYTE * found.getAsLong());
    }

    private OptionalLong numberOf(String file, String name) {
        try (Stream<String> lines = Files.lines(root.resolve(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("\\D", ""))
                    .filter(digits -> !digits.isEmpty())
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Reads the number in a file; empty where the file is missing or says "max". */
    private OptionalLong number(String file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(root.resolve(file)).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
