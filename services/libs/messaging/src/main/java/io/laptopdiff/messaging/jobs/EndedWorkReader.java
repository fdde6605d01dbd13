package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Tells {@link EndedWork} of every run that ended before this process started, and of those that
 * fail or shall stop from then on: any process may be at work for them. It is in no consumer group.
 * The statuses are read once, for a running worker's group keeps its offsets.
 */
@ApplicationScoped
class EndedWorkReader {
    private static final Logger LOG = Logger.getLogger(EndedWorkReader.class);
    private static final List<String> ALWAYS = List.of(Topics.RUNS, Topics.FAILURES);
    private static final List<String> AT_FIRST =
            List.of(Topics.RUNS, Topics.FAILURES, Topics.RUN_STATUS);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 1000;
    private static final long CLOSING_MILLIS = 2000;

    /** Partitions are rarely added. */
    private static final long NEW_PARTITIONS_NANOS = Duration.ofMinutes(1).toNanos();

    private final EndedWork work;
    private final Map<String, Object> broker;
    private volatile boolean stopping;
    private volatile Consumer<byte[], byte[]> open;
    private Thread thread;

    EndedWorkReader(
            EndedWork work, @Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.work = work;
        this.broker = broker;
    }

    /** Once the topics are there. */
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent start) {
        thread = new Thread(this::run, "ended-work");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings())) {
                open = consumer;
                read(consumer);
            } catch (WakeupException e) {
                LOG.debug("reader of ended work is woken to end");
            } catch (RuntimeException e) {
                LOG.warnf("ended runs cannot be read, trying again why=%s", e.getMessage());
                pause();
            }
        }
    }

    /** Begins at the beginning: what is known already is only told again. */
    private void read(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> all = partitions(consumer, AT_FIRST);
        if (all.isEmpty()) {
            throw new IllegalStateException("none of the topics " + AT_FIRST + " is there");
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        while (!stopping && all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            poll(consumer);
        }
        work.caughtUp();
        List<TopicPartition> always =
                all.stream().filter(partition -> ALWAYS.contains(partition.topic())).toList();
        assign(consumer, always);
        long looked = System.nanoTime();
        while (!stopping) {
            poll(consumer);
            if (System.nanoTime() - looked > NEW_PARTITIONS_NANOS) {
                assign(consumer, partitions(consumer, ALWAYS));
                looked = System.nanoTime();
            }
        }
    }

    /** Those that it has already go on where they are. */
    private static void assign(
            Consumer<byte[], byte[]> consumer, Collection<TopicPartition> wanted) {
        List<TopicPartition> added = new ArrayList<>(wanted);
        added.removeAll(consumer.assignment());
        consumer.assign(wanted);
        consumer.seekToBeginning(added);
    }

    private void poll(Consumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (record.value() == null) {
                continue;
            }
            try {
                work.read(MessageJson.read(record.value()));
            } catch (InvalidMessageException e) {
                // whoever works on that topic keeps it aside
                LOG.debugf("unreadable record passed over topic=%s", record.topic());
            }
        }
    }

    private static List<TopicPartition> partitions(
            Consumer<byte[], byte[]> consumer, Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        broker.forEach(
                (name, value) -> {
                    if (ConsumerConfig.configNames().contains(name)) {
                        settings.put(name, value);
                    }
                });
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return settings;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void onStop(@Observes ShutdownEvent stop) throws InterruptedException {
        stopping = true;
        Consumer<byte[], byte[]> consumer = open;
        if (consumer != null) {
            consumer.wakeup();
        }
        if (thread != null) {
            thread.join(CLOSING_MILLIS);
        }
    }
}
