package io.laptopdiff.gateway.messaging;

import io.laptopdiff.gateway.runs.GatewayConfig;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers outside of every group, for those who read the log where they want. */
@ApplicationScoped
class Consumers {
    /**
     * The age at which partitions are asked for anew: they are rarely added, and Kafka's five
     * minutes are long for who waits for them.
     */
    private static final int METADATA_MILLIS = 60_000;

    private final Map<String, Object> broker;
    private final GatewayConfig config;

    Consumers(
            @Identifier("default-kafka-broker") Map<String, Object> broker, GatewayConfig config) {
        this.broker = broker;
        this.config = config;
    }

    /**
     * Opens one.
     *
     * @param wait how long the broker collects before it answers. What was asked ahead of time is
     *     waited for, even when nobody wants to know it any more
     * @param bytes it does not wait for more than that
     */
    KafkaConsumer<byte[], byte[]> open(Duration wait, int bytes) {
        Map<String, Object> settings = new HashMap<>();
        broker.forEach(
                (name, value) -> {
                    if (ConsumerConfig.configNames().contains(name)) {
                        settings.put(name, value);
                    }
                });
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) config.publishTimeout().toMillis());
        settings.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MILLIS);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) wait.toMillis());
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, bytes);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Events older than their topic keeps are gone; go on with the oldest.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Returns every partition, for all are read: other clients than Java's spread keys otherwise.
     */
    static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }
}
