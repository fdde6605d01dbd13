package io.laptopdiff.gateway.messaging;

import io.laptopdiff.gateway.runs.NotReadyException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/** A few readers of the log, which all who look back share: a thousand may come at once. */
@ApplicationScoped
class LogReaders {
    private static final int READERS = 4;

    /**
     * The most looks aside at a time; more take turns, for streams that begin must not wait for
     * them.
     */
    private static final int READERS_ASIDE = 2;

    /** The time that a fetch waits: short, for the readers read what is there. */
    private static final Duration WAIT = Duration.ofMillis(10);

    private final Consumers consumers;
    private final Deque<LogReader> idle = new ArrayDeque<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService executor = pool(READERS);
    private final ExecutorService aside = pool(READERS_ASIDE);

    LogReaders(Consumers consumers) {
        this.consumers = consumers;
    }

    private ExecutorService pool(int size) {
        return Executors.newFixedThreadPool(
                size,
                task -> {
                    Thread thread = new Thread(task, "log-reader-" + threads.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Does some work with a reader, when one is free. */
    <T> Uni<T> with(Function<LogReader, T> work) {
        return Uni.createFrom().item(() -> now(work)).runSubscriptionOn(executor);
    }

    /** Does work that may have to wait for long, and takes none of the other readers. */
    <T> Uni<T> aside(Function<LogReader, T> work) {
        return Uni.createFrom().item(() -> now(work)).runSubscriptionOn(aside);
    }

    private <T> T now(Function<LogReader, T> work) {
        LogReader reader = taken();
        try {
            T result = work.apply(reader);
            synchronized (idle) {
                idle.push(reader);
            }
            return result;
        } catch (KafkaException e) {
            reader.close();
            throw new NotReadyException("the log of events cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private LogReader taken() {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return new LogReader(consumers.open(WAIT, 1));
    }

    @PreDestroy
    void close() {
        executor.shutdownNow();
        aside.shutdownNow();
        synchronized (idle) {
            idle.forEach(LogReader::close);
            idle.clear();
        }
    }
}
