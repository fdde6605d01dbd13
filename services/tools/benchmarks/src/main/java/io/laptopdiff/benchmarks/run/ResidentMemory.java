package io.laptopdiff.benchmarks.run;

import io.laptopdiff.diffusion.device.MachineMemory;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What this process has in memory, looked at again and again until it is closed. */
public final class ResidentMemory implements AutoCloseable {

    private static final long EVERY_MILLIS = 50;

    private final NavigableMap<Instant, Long> seen = new ConcurrentSkipListMap<>();
    private final MachineMemory memory = new MachineMemory();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "resident-memory");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** Returns memory that is watched from now on. */
    public static ResidentMemory watched() {
        ResidentMemory watched = new ResidentMemory();
        watched.clock.scheduleAtFixedRate(watched::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return watched;
    }

    private void look() {
        seen.put(Instant.now(), memory.residentWithFiles());
    }

    /** Returns the most bytes that were seen between two instants; 0 where nobody tells. */
    long peak(Instant from, Instant to) {
        return seen.subMap(from, true, to, true).entrySet().stream()
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
