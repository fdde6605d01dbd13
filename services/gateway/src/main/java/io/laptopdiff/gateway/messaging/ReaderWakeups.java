package io.laptopdiff.gateway.messaging;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Wakes readers whose events have come: many in one task, for handing each to a thread of its own
 * costs more than what the thread then does. Nothing that a reader does on being woken waits for
 * its connection.
 */
final class ReaderWakeups implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReaderWakeups.class);
    private static final int AT_ONCE = 64;

    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService executor =
            Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(),
                    task -> {
                        Thread thread =
                                new Thread(task, "event-waker-" + threads.getAndIncrement());
                        thread.setDaemon(true);
                        return thread;
                    });

    /** Returns at once. */
    void wake(List<Subscription> readers) {
        for (int from = 0; from < readers.size(); from += AT_ONCE) {
            List<Subscription> some =
                    readers.subList(from, Math.min(readers.size(), from + AT_ONCE));
            executor.execute(() -> some.forEach(ReaderWakeups::wake));
        }
    }

    private static void wake(Subscription reader) {
        try {
            reader.wake();
        } catch (RuntimeException e) {
            LOG.warn("a stream of events broke subject=" + reader.subject(), e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
