package io.laptopdiff.messaging.jobs;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Hears from every consumer of this process which partitions it loses. */
@ApplicationScoped
@Identifier("held-partitions")
class Revocations implements KafkaConsumerRebalanceListener {
    private final HeldPartitions partitions;

    Revocations(HeldPartitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> lost) {
        partitions.revoke(consumer.groupMetadata().groupId(), lost);
    }
}
