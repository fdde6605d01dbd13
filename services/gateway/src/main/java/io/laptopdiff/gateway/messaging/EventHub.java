package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.NotReadyException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    /** The table is not so far behind. */
    private static final int REMEMBERED = 10_000;

    /** The broker collects for so long, and sends together. */
    private static final Duration COLLECTED = Duration.ofMillis(30);

    private static final int AT_ONCE = 1 << 20;

    /** A wake-up costs a reader more than an event does: many readers wait a little longer. */
    private static final long LONGEST_LINGER_MILLIS = 60;

    private static final int READERS_PER_MILLI = 16;

    private static final List<String> TOPICS =
            Stream.concat(Topics.events().stream(), Stream.of(Topics.RUN_STATUS)).toList();

    private final Consumers consumers;
    private final GatewayConfig config;
    private final Duration betweenLooks;
    private final ReaderWakeups wakeups = new ReaderWakeups();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Map<String, Set<Subscription>> byRun = new HashMap<>();
    private final Set<Subscription> ofAll = new HashSet<>();
    private int joined;

    /** The next offset of every partition. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** The places where the events of ended runs end; of the hub's own thread. */
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

    @Inject
    EventHub(Consumers consumers, GatewayConfig config) {
        this(consumers, config, BETWEEN_LOOKS);
    }

    /**
     * @param betweenLooks for partitions that were added
     */
    EventHub(Consumers consumers, GatewayConfig config, Duration betweenLooks) {
        this.consumers = consumers;
        this.config = config;
        this.betweenLooks = betweenLooks;
    }

    /**
     * Joins a subscription, which from now on gets every event that it matches.
     *
     * @return next offset of every partition: what is before was not handed to it
     * @throws NotReadyException if the log cannot be read
     */
    Map<TopicPartition, Long> join(Subscription subscription) {
        begin();
        synchronized (this) {
            String runId = subscription.subject().runId();
            Set<Subscription> readers =
                    runId == null ? ofAll : byRun.computeIfAbsent(runId, any -> new HashSet<>());
            joined += readers.add(subscription) ? 1 : 0;
            return new HashMap<>(next);
        }
    }

    /** Returns whether a run's end went by here: whoever joined after that is not told. */
    synchronized boolean sawEnd(String runId) {
        return ended.containsKey(runId);
    }

    synchronized void leave(Subscription subscription) {
        String runId = subscription.subject().runId();
        joined -= ofAll.remove(subscription) ? 1 : 0;
        byRun.computeIfPresent(
                runId == null ? "" : runId,
                (id, readers) -> {
                    joined -= readers.remove(subscription) ? 1 : 0;
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
            try (KafkaConsumer<byte[], byte[]> opened = consumers.open(COLLECTED, AT_ONCE)) {
                consumer = opened;
                assign(opened);
                long looked = System.nanoTime();
                while (!closed) {
                    step(opened);
                    if (System.nanoTime() - looked > betweenLooks.toNanos()) {
                        assignAdded(opened);
                        looked = System.nanoTime();
                    }
                }
            } catch (WakeupException e) {
                return;
            } catch (RuntimeException e) {
                // whatever it was: without this thread every stream would be silent
                LOG.warn("the event hub lost the log, and tries again", e);
                pause(RETRY_MILLIS);
            }
        }
    }

    /** The broker is asked outside of the lock: it may take its time, and readers come and go. */
    private void assign(KafkaConsumer<byte[], byte[]> opened) {
        List<TopicPartition> partitions = Consumers.partitions(opened, TOPICS);
        opened.assign(partitions);
        Map<TopicPartition, Long> end = opened.endOffsets(partitions);
        synchronized (this) {
            partitions.forEach(p -> opened.seek(p, next.computeIfAbsent(p, end::get)));
        }
        begun.countDown();
    }

    /**
     * Assigns partitions that were added: what one got before this hub knew of it is news to every
     * reader.
     */
    private void assignAdded(KafkaConsumer<byte[], byte[]> opened) {
        Set<TopicPartition> partitions = new HashSet<>(Consumers.partitions(opened, TOPICS));
        partitions.removeAll(opened.assignment());
        if (partitions.isEmpty()) {
            return;
        }
        LOG.infof("partitions were added partitions=%s", partitions);
        Map<TopicPartition, Long> beginnings = opened.beginningOffsets(partitions);
        partitions.addAll(opened.assignment());
        opened.assign(partitions);
        synchronized (this) {
            beginnings.forEach(opened::seek);
            next.putAll(beginnings);
        }
    }

    private void step(KafkaConsumer<byte[], byte[]> opened) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        opened.poll(POLL).forEach(records::add);
        if (!records.isEmpty()) {
            collect(opened, records);
        }
        List<String> endedNow = new ArrayList<>();
        synchronized (this) {
            for (LoggedEvent event : EventMerge.merge(events(records))) {
                hand(event);
                if (isEnd(event)) {
                    ended.put(event.event().runId(), true);
                    endedNow.add(event.event().runId());
                }
            }
            next.replaceAll((partition, old) -> opened.position(partition));
            endedNow.removeIf(run -> !byRun.containsKey(run));
        }
        if (!endedNow.isEmpty()) {
            // what made a run end is in the log by the time its status says so
            Map<TopicPartition, Long> log = opened.endOffsets(opened.assignment());
            endedNow.forEach(run -> ends.put(run, log));
        }
        List<Subscription> woken = new ArrayList<>();
        synchronized (this) {
            finish();
            long idle = System.nanoTime() - config.heartbeat().toNanos();
            Stream.concat(Stream.of(ofAll), byRun.values().stream())
                    .flatMap(Set::stream)
                    .filter(reader -> reader.keepsWaiting() || reader.waitsSince(idle))
                    .forEach(woken::add);
        }
        wakeups.wake(woken);
    }

    private void collect(
            KafkaConsumer<byte[], byte[]> opened, List<ConsumerRecord<byte[], byte[]>> records) {
        long linger;
        synchronized (this) {
            linger = Math.min(LONGEST_LINGER_MILLIS, joined / READERS_PER_MILLI);
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(linger);
        for (long left = linger; left > 0; left = millisUntil(end)) {
            opened.poll(Duration.ofMillis(left)).forEach(records::add);
        }
    }

    private static long millisUntil(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime());
    }

    /** What somebody may want to hear of. Statuses are many, long, and asked for by few. */
    private List<LoggedEvent> events(List<ConsumerRecord<byte[], byte[]>> records) {
        boolean statuses = ofAll.stream().anyMatch(reader -> reader.subject().statuses());
        List<LoggedEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (statuses || !Subject.isStatusOfRunAtWork(record)) {
                LoggedEvent.of(record).ifPresent(events::add);
            }
        }
        return events;
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

    private static boolean isEnd(LoggedEvent event) {
        return event.event() instanceof RunStatus status && status.state().ended();
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

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            closed = true; // nobody does but who wants it to end
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
        wakeups.close();
    }
}
