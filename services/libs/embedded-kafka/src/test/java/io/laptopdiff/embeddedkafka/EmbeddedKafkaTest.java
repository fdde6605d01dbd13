package io.laptopdiff.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    private static final NewTopic TOPIC =
            new NewTopic("letters", 2, (short) 1).configs(Map.of("retention.ms", "-1"));

    @TempDir Path directory;

    @Test
    void shouldKeepRecordsOverARestartOnTheSameDirectory() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
            kafka.createTopics(List.of(TOPIC));
            kafka.createTopics(List.of(TOPIC));
            send(kafka, "a");
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
            send(kafka, "b");
            assertThat(read(kafka, 2)).containsExactly("a", "b");
            assertThat(partitions(kafka)).isEqualTo(2);
        }
    }

    @Test
    void shouldSayThatThePortIsTaken() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("first"), 0)) {
            int taken = kafka.port();
            assertThatThrownBy(() -> EmbeddedKafka.start(directory.resolve("second"), taken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("port " + taken + " is in use");
        }
    }

    @Test
    void shouldSayThatTheDirectoryIsTaken() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("end the other process");
            assertThat(kafka.port()).isPositive();
        }
    }

    /** Kafka's own patience with a controller that does not answer is five minutes. */
    @Test
    void shouldEndSoonWhereTheControllerDoesNotAnswer() throws Exception {
        // The node goes on in this directory for as long as Kafka waits.
        Path left = Files.createTempDirectory("left-node");
        EmbeddedKafka kafka = EmbeddedKafka.start(left, 0);
        kafka.createTopics(List.of(TOPIC));
        send(kafka, "a");
        endController(kafka);
        long begin = System.nanoTime();
        kafka.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    private static void endController(EmbeddedKafka kafka) throws ReflectiveOperationException {
        Field server = EmbeddedKafka.class.getDeclaredField("server");
        server.setAccessible(true);
        Field controller = KafkaRaftServer.class.getDeclaredField("controller");
        controller.setAccessible(true);
        // By its name, for Scala's library is none of the compiler's.
        Object some = controller.get(server.get(kafka));
        Object one = some.getClass().getMethod("get").invoke(some);
        one.getClass().getMethod("shutdown").invoke(one);
    }

    private static void send(EmbeddedKafka kafka, String value) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("letters", 0, "key", value))
                    .get(1, TimeUnit.MINUTES);
        }
    }

    private static List<String> read(EmbeddedKafka kafka, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("letters", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                    values.add(each.value());
                }
            }
        }
        return values;
    }

    private static int partitions(EmbeddedKafka kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.describeTopics(List.of("letters"))
                    .allTopicNames()
                    .get()
                    .get("letters")
                    .partitions()
                    .size();
        }
    }
}
