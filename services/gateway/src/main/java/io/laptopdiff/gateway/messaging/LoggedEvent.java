package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * An event as it stands in the log, or a run's status. Written as JSON once, and placed once for
 * all readers that are at the same place, however many they are.
 */
final class LoggedEvent {
    private final TopicPartition partition;
    private final long offset;
    private final long timestamp;
    private final Message event;
    private final String json;
    private volatile Step last;

    /** The step from one place to the next. */
    private record Step(Position before, Position after, PlacedEvent placed) {}

    /**
     * @param timestamp milliseconds since 1970, when it was written
     * @param json of the message
     */
    LoggedEvent(TopicPartition partition, long offset, long timestamp, Message event, String json) {
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.event = event;
        this.json = json;
    }

    /**
     * Reads an event from a record; empty if it is no message, for the fold keeps such as dead
     * letters.
     */
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
                            json(event, record.value())));
        } catch (InvalidMessageException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the event as our own writer writes it, which most are: those are passed on as they
     * are, and the others written anew, with the id and the fields that they left out.
     */
    private static String json(Message event, byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        boolean oneLine = text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
        boolean own = oneLine && text.startsWith(MessageJson.head(event));
        return own ? text : MessageJson.tree(event).toString();
    }

    TopicPartition partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    long timestamp() {
        return timestamp;
    }

    Message event() {
        return event;
    }

    String json() {
        return json;
    }

    /** The place of a reader that was there before and has got this event. */
    Position after(Position before) {
        return step(before).after();
    }

    /** Returns the event placed for a reader that was there before. */
    PlacedEvent placed(Position before) {
        return step(before).placed();
    }

    private Step step(Position before) {
        Step step = last;
        if (step == null || !(step.before() == before || step.before().equals(before))) {
            Position after = before.after(partition, offset);
            step = new Step(before, after, new PlacedEvent(after.text(), event, json));
            last = step;
        }
        return step;
    }
}
