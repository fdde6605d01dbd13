package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.device.MemoryLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that there is.
 *
 * @param totalBytes of the machine, or of its container where that is less
 * @param availableBytes that a process can still take
 * @param containerLimitBytes null where no container limits it
 * @param heapLimitBytes what Java's heap of this process may take; tensors lie outside of it
 * @param hugePages the chosen one of {@code always}, {@code madvise} and {@code never}; empty where
 *     the system has no such setting
 */
public record MemoryFacts(
        long totalBytes,
        long availableBytes,
        Long containerLimitBytes,
        long heapLimitBytes,
        String hugePages) {

    static final Path HUGE_PAGES = Path.of("sys/kernel/mm/transparent_hugepage/enabled");
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");

    static MemoryFacts below(Path root) {
        MachineMemory memory = new MachineMemory();
        return new MemoryFacts(
                memory.total(),
                memory.available(),
                memory.containerLimit().isPresent()
                        ? (Long) memory.containerLimit().getAsLong()
                        : null,
                Runtime.getRuntime().maxMemory(),
                chosen(root.resolve(HUGE_PAGES)));
    }

    /** Reads the word in brackets in a file; empty where there is none. */
    private static String chosen(Path file) {
        try {
            Matcher word = CHOSEN.matcher(Files.readString(file));
            return word.find() ? word.group(1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    String text() {
        return "%s, %s available, %s; Java's heap may take %s"
                .formatted(
                        MemoryLimit.text(totalBytes),
                        MemoryLimit.text(availableBytes),
                        containerLimitBytes == null
                                ? "no limit of a container"
                                : "limited to "
                                        + MemoryLimit.text(containerLimitBytes)
                                        + " by the container",
                        MemoryLimit.text(heapLimitBytes));
    }
}
