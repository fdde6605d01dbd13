package io.laptopdiff.diffusion.device;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * The memory that a process may take: of the processor's, or of a GPU's where one computes.
 *
 * @param process bytes that it may hold of the processor's; empty: what the machine has
 * @param devices the first of them computes
 */
public record MemoryLimit(OptionalLong process, Devices devices) {

    /** The share that is kept free for what predictions do not know. */
    private static final double RESERVE = 0.05;

    private static final long GIGABYTE = 1_000_000_000;

    /** Returns the bytes that the process can still take, beside what it holds already. */
    public long available() {
        return available(MemoryLimit::freeOf);
    }

    /**
     * @param gpus free bytes of a GPU
     */
    long available(ToLongFunction<Device> gpus) {
        Device device = devices.first();
        return (long) ((1 - RESERVE) * (device.isGpu() ? gpus.applyAsLong(device) : ofProcess()));
    }

    private long ofProcess() {
        return process.isPresent()
                ? process.getAsLong() - new MachineMemory().resident()
                : new MachineMemory().available();
    }

    private static long freeOf(Device gpu) {
        MemoryUsage usage = CudaUtils.getGpuMemory(gpu);
        return usage.getMax() - usage.getCommitted();
    }

    /** Returns bytes as messages tell them, such as "640 MB" or "12.2 GB". */
    public static String text(long bytes) {
        long shown = Math.max(0, bytes);
        return shown < GIGABYTE
                ? String.format(Locale.ROOT, "%.0f MB", shown / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", shown / 1e9);
    }
}
