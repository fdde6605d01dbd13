package io.laptopdiff.diffusion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process occupies outside of the Java heap, as Linux tells it. */
public final class ResidentMemory {

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-[0-9a-f]+ ");

    /**
     * A heap of less than 32 GB lies below this address (compressed pointers). What it has
     * committed would not do: it is resident only once it was used.
     */
    private static final long ABOVE_THE_HEAP = 1L << 36;

    private static final long LOOK_UP_MILLIS = 2;

    private ResidentMemory() {}

    /** Resident memory that no file backs, the Java heap aside, after a garbage collection. */
    public static long nativeBytes() {
        System.gc(); // closes what only the collector knows to be unreachable
        return now();
    }

    /** The highest such memory during some work, looked at all the time. */
    public static long peakNativeBytes(Runnable work) {
        AtomicLong peak = new AtomicLong(nativeBytes());
        CountDownLatch done = new CountDownLatch(1);
        Thread watch = new Thread(() -> watch(peak, done), "resident memory");
        watch.setDaemon(true);
        watch.start();
        try {
            work.run();
        } finally {
            done.countDown();
        }
        return peak.get();
    }

    private static void watch(AtomicLong peak, CountDownLatch done) {
        try {
            while (!done.await(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
                peak.accumulateAndGet(now(), Math::max);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long now() {
        try {
            long kilobytes = 0;
            boolean counts = false;
            for (String line : Files.readAllLines(MAPPINGS)) {
                Matcher mapping = MAPPING.matcher(line);
                if (mapping.find()) {
                    counts = Long.parseUnsignedLong(mapping.group(1), 16) >= ABOVE_THE_HEAP;
                } else if (counts && line.startsWith("Anonymous:")) {
                    kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 1024 * kilobytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
