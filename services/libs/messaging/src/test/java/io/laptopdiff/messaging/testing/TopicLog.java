package io.laptopdiff.messaging.testing;

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
public record TopicLog(String servers) {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /**
     * Sends a message to its own topic, under a key that tests choose to have one partition's
     * order.
     */
    public void write(String key, Message message) {
        write(message.topic(), key, MessageJson.tree(message).toString());
    }

    public void write(String topic, String key, String value) {
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

    /** The messages of a type and run, once there are as many. */
    public <M extends Message> List<M> messages(
            String topic, String runId, Class<M> type, int count) {
        return records(topic, record -> isOf(record, runId, type), count).stream()
                .map(record -> MessageJson.read(bytes(record.value()), type))
                .toList();
    }

    private static boolean isOf(
            ConsumerRecord<String, String> record, String runId, Class<?> type) {
        return record.value().contains("\"runId\":\"" + runId + "\"")
                && record.value().contains("\"type\":\"" + type.getSimpleName() + "\"");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The committed records that match, from the beginning of the topic, once there are as many and
     * everything is read that stood there at a moment of the wait.
     */
    public List<ConsumerRecord<String, String>> records(
            String topic, Predicate<ConsumerRecord<String, String>> wanted, int count) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (KafkaConsumer<String, String> reader =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
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
                                readToTheEnd(reader, partitions, wanted, found);
                                return found.size() >= count;
                            });
            return found;
        }
    }

    /** Asking for the end after each poll may never meet it on a topic that is being written. */
    private static void readToTheEnd(
            KafkaConsumer<String, String> reader,
            List<TopicPartition> partitions,
            Predicate<ConsumerRecord<String, String>> wanted,
            List<ConsumerRecord<String, String>> found) {
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> reader.position(p) < ends.get(p))) {
            for (ConsumerRecord<String, String> record : reader.poll(Duration.ofMillis(100))) {
                if (wanted.test(record)) {
                    found.add(record);
                }
            }
        }
    }
}
