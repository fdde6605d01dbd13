package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * An event as it stands in the log, or a run's status. Written as JSON once, however many read it.
 *
 * @param timestamp milliseconds since 1970, when it was written
 * @param json of the message
 */
record LoggedEvent(
        TopicPartition partition, long offset, long timestamp, Message event, String json) {

    /** Empty if it is no message; the fold keeps such as dead letters. */
    static Optional<LoggedEvent> of(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            Message event = MessageJson.read(record.value());
            return Optional.of(
                    new LoggedEvent(
                            new TopicPartition(record.topic(), record.partition()),
                            record.offset(),
                            record.timestamp(),
                            event,
                            MessageJson.tree(event).toString()));
        } catch (InvalidMessageException e) {
            return Optional.empty();
        }
    }
}
