package io.laptopdiff.estimation;

/** What a process has in memory while its work holds so many bytes. */
public final class Residence {

    /** The bytes of a process with the broker and all services, before any work. */
    private static final long IDLE_BYTES = 450_000_000;

    /**
     * What the C library keeps of freed memory at full size, where a tensor of a pass has 10 MB.
     */
    private static final long HOLES_BYTES = 900_000_000;

    private static final long LARGE_BYTES = 2_000_000_000;

    private Residence() {}

    /** Returns the most bytes that are resident. */
    public static long of(long bytes) {
        return bytes + IDLE_BYTES + HOLES_BYTES * Math.min(bytes, LARGE_BYTES) / LARGE_BYTES;
    }
}
