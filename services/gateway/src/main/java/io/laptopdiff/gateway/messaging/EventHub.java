package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.NotReadyException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Reads the end of the log once for all streams of this gateway, and hands every event to those who
 * want to hear of it. It begins with the first stream.
 */
@ApplicationScoped
class EventHub {
    private static final Logger LOG = Logger.getLogger(EventHub.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long RETRY_MILLIS = 1000;

    /** The table is not so far behind. */
    private static final int REMEMBERED = 10_000;

    /** What comes within so short a time goes out together. */
    private static final long LINGER_MILLIS = 20;

    private final Consumers consumers;
    private final GatewayConfig config;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Map<String, Set<Subscription>> byRun = new HashMap<>();
    private final Set<Subscription> ofAll = new HashSet<>();

    /** Next offset of every partition. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** Where the events of runs end that have ended. */
    private final Map<String, Map<TopicPartition, Long>> ends = new HashMap<>();

    /** Runs whose end this hub has seen; the table of statuses may hear of it later. */
    private final Map<String, Boolean> ended =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private volatile boolean closed;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private Thread thread;

    EventHub(Consumers consumers, GatewayConfig config) {
        this.consumers = consumers;
        this.config = config;
    }

    /**
     * From now on the subscription gets every event that it matches.
     *
     * @return next offset of every partition: what is before was not handed to it
     * @throws NotReadyException if the log cannot be read
     */
    Map<TopicPartition, Long> join(Subscription subscription) {
        begin();
        synchronized (this) {
            String runId = subscription.subject().runId();
            if (runId == null) {
                ofAll.add(subscription);
            } else {
                byRun.computeIfAbsent(runId, any -> new HashSet<>()).add(subscription);
            }
            return new HashMap<>(next);
        }
    }

    /** Whether a run's end went by here: whoever joined after that is not told. */
    synchronized boolean sawEnd(String runId) {
        return ended.containsKey(runId);
    }

    synchronized void leave(Subscription subscription) {
        String runId = subscription.subject().runId();
        ofAll.remove(subscription);
        byRun.computeIfPresent(
                runId == null ? "" : runId,
                (id, readers) -> {
                    readers.remove(subscription);
                    return readers.isEmpty() ? null : readers;
                });
    }

    private void begin() {
        synchronized (this) {
            if (thread == null) {
                thread = new Thread(this::run, "event-hub");
                thread.setDaemon(true);
                thread.start();
            }
        }
        try {
            if (!begun.await(config.publishTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new NotReadyException("the log of events cannot be read yet", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted", e);
        }
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> opened = consumers.open()) {
                consumer = opened;
                assign(opened);
                while (!closed) {
                    step(opened);
                }
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("the event hub lost the log, and tries again", e);
                pause(RETRY_MILLIS);
            }
        }
    }

    private synchronized void assign(KafkaConsumer<byte[], byte[]> opened) {
        List<String> topics = new ArrayList<>(Topics.events());
        topics.add(Topics.RUN_STATUS);
        List<TopicPartition> partitions = Consumers.partitions(opened, topics);
        opened.assign(partitions);
        Map<TopicPartition, Long> end = opened.endOffsets(partitions);
        partitions.forEach(p -> opened.seek(p, next.computeIfAbsent(p, end::get)));
        begun.countDown();
    }

    private void step(KafkaConsumer<byte[], byte[]> opened) {
        List<LoggedEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
            LoggedEvent.of(record).ifPresent(events::add);
        }
        synchronized (this) {
            for (LoggedEvent event : InTime.merge(events)) {
                hand(event);
                end(event, opened);
            }
            next.replaceAll((partition, old) -> opened.position(partition));
            finish();
            long idle = System.nanoTime() - config.heartbeat().toNanos();
            ofAll.forEach(reader -> reader.wakeIfIdle(idle));
            byRun.values().forEach(all -> all.forEach(reader -> reader.wakeIfIdle(idle)));
        }
        if (!events.isEmpty()) {
            pause(LINGER_MILLIS);
        }
    }

    private void hand(LoggedEvent event) {
        for (Subscription reader : ofAll) {
            if (reader.subject().matches(event)) {
                reader.offer(event);
            }
        }
        for (Subscription reader : byRun.getOrDefault(event.event().runId(), Set.of())) {
            if (reader.subject().matches(event)) {
                reader.offer(event);
            }
        }
    }

    /** What made a run end is in the log by the time its status says so. */
    private void end(LoggedEvent event, KafkaConsumer<byte[], byte[]> opened) {
        if (event.event() instanceof RunStatus status && status.state().ended()) {
            ended.put(status.runId(), true);
            if (byRun.containsKey(status.runId())) {
                ends.put(status.runId(), opened.endOffsets(opened.assignment()));
            }
        }
    }

    private void finish() {
        ends.entrySet()
                .removeIf(
                        run -> {
                            boolean reached = LogReader.reached(next, run.getValue());
                            if (reached) {
                                byRun.getOrDefault(run.getKey(), Set.of())
                                        .forEach(Subscription::finish);
                            }
                            return reached;
                        });
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed = true;
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        if (thread != null) {
            thread.join(config.publishTimeout().toMillis());
        }
    }
}
