package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Reads each record. One that cannot be read gets headers that say why and where it came from, by
 * the names that SmallRye's dead letter queues use.
 */
final class Reading extends ContextualProcessor<byte[], byte[], byte[], ReadRecord> {
    private static final Logger LOG = Logger.getLogger(Reading.class);

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        ReadRecord read;
        try {
            read = new ReadRecord(MessageJson.read(record.value()), null);
        } catch (InvalidMessageException e) {
            explain(record.headers(), e);
            read = new ReadRecord(null, Bytes.wrap(record.value()));
        }
        context().forward(record.withValue(read));
    }

    private void explain(Headers headers, InvalidMessageException reason) {
        add(headers, "dead-letter-exception-class-name", reason.getClass().getName());
        add(headers, "dead-letter-reason", reason.getMessage());
        context().recordMetadata().ifPresent(origin -> explain(headers, origin, reason));
    }

    private void explain(Headers headers, RecordMetadata origin, InvalidMessageException reason) {
        LOG.warnf(
                "unreadable record kept as dead letter topic=%s partition=%d offset=%d reason=%s",
                origin.topic(), origin.partition(), origin.offset(), reason.getMessage());
        add(headers, "dead-letter-topic", origin.topic());
        add(headers, "dead-letter-partition", "" + origin.partition());
        add(headers, "dead-letter-offset", "" + origin.offset());
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
