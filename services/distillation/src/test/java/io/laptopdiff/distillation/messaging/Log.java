package io.laptopdiff.distillation.messaging;

import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What stands on the broker, read and written by a client that shares nothing with the service. */
record Log(String servers) {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    void write(String topic, String key, String value) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void write(String topic, Message message) {
        write(
                topic,
                message.runId(),
                new String(MessageJson.write(message), StandardCharsets.UTF_8));
    }

    /** The messages of a type and run, once there are as many. */
    <M extends Message> List<M> messages(String topic, String runId, Class<M> type, int count) {
        return records(topic, record -> isOf(record, runId, type), count).stream()
                .map(
                        record ->
                                type.cast(
                                        MessageJson.read(
                                                record.value().getBytes(StandardCharsets.UTF_8))))
                .toList();
    }

    private static boolean isOf(
            ConsumerRecord<String, String> record, String runId, Class<?> type) {
        return record.value().contains("\"runId\":\"" + runId + "\"")
                && record.value().contains("\"type\":\"" + type.getSimpleName() + "\"");
    }

    /**
     * The records that match, from the beginning of the topic, once there are as many and the end
     * is reached.
     */
    List<ConsumerRecord<String, String>> records(
            String topic, Predicate<ConsumerRecord<String, String>> wanted, int count) {
        try (KafkaConsumer<String, String> reader =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions =
                    reader.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            List<ConsumerRecord<String, String>> found = new ArrayList<>();
            await().atMost(PATIENCE)
                    .pollInSameThread()
                    .until(
                            () -> {
                                reader.poll(Duration.ofMillis(100))
                                        .forEach(
                                                record -> {
                                                    if (wanted.test(record)) {
                                                        found.add(record);
                                                    }
                                                });
                                return found.size() >= count && atEnd(reader, partitions);
                            });
            return found;
        }
    }

    private static boolean atEnd(
            KafkaConsumer<String, String> reader, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        return partitions.stream()
                .allMatch(partition -> reader.position(partition) >= ends.get(partition));
    }
}
