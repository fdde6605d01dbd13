package io.laptopdiff.diffusion.device;

import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a process may take of memory.
 *
 * @param process bytes that it may hold; empty: what the machine has
 * @param devices the first of them computes, and its memory counts if it is a GPU
 */
public record MemoryLimit(OptionalLong process, Devices devices) {

    /** Kept free for what predictions do not know. */
    private static final double RESERVE = 0.05;

    private static final long GIGABYTE = 1_000_000_000;

    /** Bytes that it can still take, beside what it holds already. */
    public long available() {
        return (long) ((1 - RESERVE) * Math.min(ofDevice(), ofProcess()));
    }

    /** What the processor's memory holds is the process's; a GPU has its own. */
    private long ofProcess() {
        if (process.isPresent()) {
            return process.getAsLong() - new MachineMemory().resident();
        }
        return devices.first().isGpu() ? Long.MAX_VALUE : new MachineMemory().available();
    }

    private long ofDevice() {
        if (!devices.first().isGpu()) {
            return Long.MAX_VALUE;
        }
        MemoryUsage usage = CudaUtils.getGpuMemory(devices.first());
        return usage.getMax() - usage.getCommitted();
    }

    /** Bytes as messages tell them, such as "640 MB" or "12.2 GB". */
    public static String text(long bytes) {
        long shown = Math.max(0, bytes);
        return shown < GIGABYTE
                ? String.format(Locale.ROOT, "%.0f MB", shown / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", shown / 1e9);
    }
}
