package io.laptopdiff.gateway.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Reads what is in the log already; for one thread at a time. */
final class LogReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    /** The most by which clocks of writers may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final KafkaConsumer<byte[], byte[]> consumer;

    LogReader(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * The offsets to begin at.
     *
     * @param start where an earlier reader stopped
     * @param since nothing wanted is older
     */
    Map<TopicPartition, Long> begin(Subject subject, Position start, Instant since) {
        List<TopicPartition> partitions = Consumers.partitions(consumer, subject.topics());
        Map<TopicPartition, Long> times = new HashMap<>();
        Instant begun = Instant.EPOCH.plus(CLOCK_SKEW);
        long millis = since.isBefore(begun) ? 0 : since.minus(CLOCK_SKEW).toEpochMilli();
        partitions.forEach(partition -> times.put(partition, millis));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begin = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Long asked = start.of(partition);
            OffsetAndTimestamp first = found.get(partition);
            if (asked != null) {
                begin.put(partition, asked);
            } else {
                begin.put(partition, first == null ? ends.get(partition) : first.offset());
            }
        }
        return begin;
    }

    /**
     * Records that came after a position, and are not kept any more; most may have been of other
     * runs.
     */
    long lost(Subject subject, Position position) {
        if (position.equals(Position.START)) {
            return 0;
        }
        List<TopicPartition> partitions = Consumers.partitions(consumer, subject.topics());
        return consumer.beginningOffsets(partitions).entrySet().stream()
                .filter(begin -> position.of(begin.getKey()) != null)
                .mapToLong(begin -> Math.max(0, begin.getValue() - position.of(begin.getKey())))
                .sum();
    }

    /** Returns where each of these partitions ends now. */
    Map<TopicPartition, Long> ends(Subject subject) {
        return consumer.endOffsets(Consumers.partitions(consumer, subject.topics()));
    }

    /**
     * Reads on, and moves the cursor.
     *
     * @param cursor next offset of every partition
     * @param goal offsets to stop at
     * @param most stops after about so many events
     * @param time stops after it, with what it found so far
     * @return by partition in their order
     */
    List<LoggedEvent> read(
            Subject subject,
            Map<TopicPartition, Long> cursor,
            Map<TopicPartition, Long> goal,
            int most,
            Duration time) {
        long begin = System.nanoTime();
        List<TopicPartition> behind =
                cursor.keySet().stream()
                        .filter(p -> cursor.get(p) < goal.getOrDefault(p, 0L))
                        .toList();
        List<LoggedEvent> events = new ArrayList<>();
        consumer.assign(behind);
        behind.forEach(partition -> consumer.seek(partition, cursor.get(partition)));
        while (events.size() < most
                && !reached(cursor, goal)
                && System.nanoTime() - begin < time.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                long end = goal.get(new TopicPartition(record.topic(), record.partition()));
                if (record.offset() < end && subject.mayMatch(record)) {
                    LoggedEvent.of(record).filter(subject::matches).ifPresent(events::add);
                }
            }
            for (TopicPartition partition : behind) {
                // transactions leave marks at the end that no record stands for
                long next = Math.min(consumer.position(partition), goal.get(partition));
                cursor.put(partition, Math.max(next, cursor.get(partition)));
            }
        }
        consumer.assign(List.of());
        return events;
    }

    static boolean reached(Map<TopicPartition, Long> cursor, Map<TopicPartition, Long> goal) {
        return cursor.entrySet().stream()
                .allMatch(at -> at.getValue() >= goal.getOrDefault(at.getKey(), 0L));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
