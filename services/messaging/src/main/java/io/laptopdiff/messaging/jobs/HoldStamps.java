package io.laptopdiff.messaging.jobs;

import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.PublisherDecorator;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Stamps each record as it leaves the consumer. A record may wait behind a job of hours; if its
 * partition went to another worker meanwhile, starting it here would fence off that worker.
 */
@ApplicationScoped
class HoldStamps implements PublisherDecorator {
    private final HeldPartitions partitions;
    private final Config config;

    HoldStamps(HeldPartitions partitions, Config config) {
        this.partitions = partitions;
        this.config = config;
    }

    @Override
    public Multi<? extends Message<?>> decorate(
            Multi<? extends Message<?>> publisher, List<String> channels, boolean isConnector) {
        if (!isConnector || channels.isEmpty()) {
            return publisher;
        }
        Optional<String> group =
                config.getOptionalValue(
                        "mp.messaging.incoming." + channels.get(0) + ".group.id", String.class);
        return group.isEmpty()
                ? publisher
                : publisher.onItem().transform(record -> stamp(record, group.get()));
    }

    private Message<?> stamp(Message<?> record, String group) {
        Optional<?> metadata = record.getMetadata(IncomingKafkaRecordMetadata.class);
        if (metadata.isEmpty()) {
            return record;
        }
        IncomingKafkaRecordMetadata<?, ?> kafka = (IncomingKafkaRecordMetadata<?, ?>) metadata.get();
        TopicPartition partition = new TopicPartition(kafka.getTopic(), kafka.getPartition());
        return record.addMetadata(partitions.hold(group, partition));
    }
}
