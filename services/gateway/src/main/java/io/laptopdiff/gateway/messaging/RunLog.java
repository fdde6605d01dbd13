package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the events of one run from the log. Every partition is read, for anyone may have written
 * them, and other clients than Java's spread keys otherwise.
 */
final class RunLog implements AutoCloseable {
    /** Clocks of writers may differ by so much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final Consumer<byte[], byte[]> consumer;
    private final String runId;
    private Map<TopicPartition, Long> goal;

    /**
     * @param start where an earlier reader stopped
     * @param since no event of the run is older
     */
    RunLog(Consumer<byte[], byte[]> consumer, String runId, Position start, Instant since) {
        this.consumer = consumer;
        this.runId = runId;
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        seek(partitions, start, Math.max(0, since.minus(CLOCK_SKEW).toEpochMilli()));
        aimAtEnd();
    }

    /** Asks {@link #caughtUp} for everything that is in the log by now. */
    void aimAtEnd() {
        goal = consumer.endOffsets(consumer.assignment());
    }

    boolean caughtUp() {
        return goal.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The next events of the run, by partition in their order; empty if none comes in time. */
    List<LoggedEvent> poll(Duration patience) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
        List<LoggedEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            read(record)
                    .ifPresent(
                            event ->
                                    events.add(
                                            new LoggedEvent(
                                                    new TopicPartition(
                                                            record.topic(), record.partition()),
                                                    record.offset(),
                                                    record.timestamp(),
                                                    event)));
        }
        return events;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Optional<Message> read(ConsumerRecord<byte[], byte[]> record) {
        // Most records are of other runs, and a look at the text is cheaper than reading it.
        if (record.value() == null
                || !new String(record.value(), StandardCharsets.UTF_8).contains(runId)) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageJson.read(record.value()))
                    .filter(event -> event.runId().equals(runId));
        } catch (InvalidMessageException e) {
            // The fold keeps it as a dead letter.
            return Optional.empty();
        }
    }

    private List<TopicPartition> partitions() {
        return Topics.events().stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private void seek(List<TopicPartition> partitions, Position start, long sinceMillis) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, sinceMillis));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        for (TopicPartition partition : partitions) {
            if (start.of(partition) != null) {
                consumer.seek(partition, start.of(partition));
            } else if (found.get(partition) != null) {
                consumer.seek(partition, found.get(partition).offset());
            } else {
                consumer.seekToEnd(List.of(partition));
            }
        }
    }
}
