package io.laptopdiff.messaging.jobs;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Knows whether a partition that a record came from has been taken away since. */
@ApplicationScoped
class HeldPartitions {
    private final Map<String, Map<TopicPartition, Long>> revoked = new ConcurrentHashMap<>();
    private final Config config;

    HeldPartitions(Config config) {
        this.config = config;
    }

    void revoke(String group, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> times(group).merge(partition, 1L, Long::sum));
    }

    /**
     * The hold that a record came under; empty if it did not come from Kafka. The connector drops
     * what it has not handed out yet when a partition goes, so the hold is the present one.
     */
    Optional<PartitionHold> hold(Message<?> record) {
        return record.getMetadata(IncomingKafkaRecordMetadata.class)
                .map(
                        kafka ->
                                hold(
                                        group(kafka.getChannel()),
                                        new TopicPartition(
                                                kafka.getTopic(), kafka.getPartition())));
    }

    private String group(String channel) {
        // The connector's own default is the application's name.
        return config.getOptionalValue(
                        "mp.messaging.incoming." + channel + ".group.id", String.class)
                .orElseGet(() -> config.getValue("quarkus.application.name", String.class));
    }

    private PartitionHold hold(String group, TopicPartition partition) {
        return new PartitionHold(group, partition, times(group).getOrDefault(partition, 0L));
    }

    boolean stillHeld(PartitionHold held) {
        return held.equals(hold(held.group(), held.partition()));
    }

    private Map<TopicPartition, Long> times(String group) {
        return revoked.computeIfAbsent(group, g -> new ConcurrentHashMap<>());
    }
}
