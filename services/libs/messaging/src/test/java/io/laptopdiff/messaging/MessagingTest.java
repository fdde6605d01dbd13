package io.laptopdiff.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.TopicSettings;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.jobs.StopReason;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EmbeddedKafkaResource.class, restrictToAnnotatedClass = true)
class MessagingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Inject EventPublisher events;
    @Inject TestWorker worker;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @Test
    void shouldMakeEveryTopicWithItsSettings() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            for (TopicSettings topic : Topics.all()) {
                var description = admin.describeTopics(List.of(topic.name())).allTopicNames().get();
                assertThat(description.get(topic.name()).partitions()).hasSize(topic.partitions());
                ConfigResource resource =
                        new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                var settings = admin.describeConfigs(List.of(resource)).all().get().get(resource);
                topic.configuration()
                        .forEach(
                                (name, value) ->
                                        assertThat(settings.get(name).value()).isEqualTo(value));
            }
        }
    }

    @Test
    void shouldKeepAnUnreadableRecordAsideAndGoOn() throws Exception {
        PlanCreated plan = Plans.of("after-garbage");
        sendRaw(Topics.PLANS, plan.variantId(), "{\"type\": \"PlanCreated\", oops");
        sendRaw(Topics.PLANS, plan.variantId(), null);
        events.publish(plan);
        await().atMost(PATIENCE).until(() -> worker.finished.contains("after-garbage"));

        ConsumerRecord<String, String> dead = first(Topics.DEAD_LETTERS, plan.variantId());
        assertThat(dead.value()).isEqualTo("{\"type\": \"PlanCreated\", oops");
        assertThat(header(dead, "dead-letter-topic")).isEqualTo(Topics.PLANS);
        assertThat(header(dead, "dead-letter-reason")).contains("malformed at line 1");
    }

    @Test
    void shouldReportAJobThatFailsAndGoOn() {
        events.publish(Plans.of("bad-weights"));
        ConsumerRecord<String, String> failure = first(Topics.FAILURES, "bad-weights");
        StageFailed event =
                MessageJson.read(
                        failure.value().getBytes(StandardCharsets.UTF_8), StageFailed.class);
        assertThat(event.what()).isEqualTo("NaN weights");
        assertThat(event.where()).isEqualTo("conv_in.weight");
        assertThat(event.variant()).isEqualTo("half");

        events.publish(Plans.of("good-weights"));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("good-weights"));
    }

    @Test
    void shouldStopAJobWhoseRunIsCancelledAndCountItAsDone() {
        events.publish(Plans.of("long-cancelled"));
        await().atMost(PATIENCE).until(() -> worker.started.contains("long-cancelled"));
        events.publish(new RunCancelRequested("long-cancelled", Instant.now()));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("long-cancelled"));
        assertThat(worker.stopped).contains(StopReason.CANCELLED);
        await().atMost(PATIENCE).untilAsserted(this::assertEverythingCommitted);

        events.publish(Plans.of("long-cancelled"));
        events.publish(Plans.of("after-cancel"));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("after-cancel"));
        assertThat(worker.started.stream().filter("long-cancelled"::equals)).hasSize(1);
    }

    /** A run may fail, and be deleted, while one of its variants is still at work. */
    @Test
    void shouldStopAJobWhoseRunIsDeleted() {
        events.publish(Plans.of("long-deleted"));
        await().atMost(PATIENCE).until(() -> worker.started.contains("long-deleted"));
        events.publish(new RunDeleted("long-deleted", Instant.now()));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("long-deleted"));
        assertThat(worker.stopped).contains(StopReason.CANCELLED);
    }

    @Test
    void shouldLeaveARecordToTheWorkerThatGetsItsPartition() {
        // One job per partition at least, so that some of them must move.
        IntStream.range(0, 24).forEach(i -> events.publish(Plans.of("long-moved-" + i)));
        await().atMost(PATIENCE).until(() -> !runningLong().equals("none yet"));
        String running = runningLong();
        try (KafkaConsumer<String, String> peer = consumer("test-workers")) {
            peer.subscribe(List.of(Topics.PLANS));
            List<String> taken = new ArrayList<>();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                peer.poll(Duration.ofMillis(200))
                                        .forEach(record -> taken.add(record.key()));
                                return taken.size() >= 6;
                            });
            for (String key : taken) {
                String runId = key.substring(0, key.indexOf('/'));
                if (runId.equals(running)) {
                    await().atMost(PATIENCE).until(() -> worker.finished.contains(runId));
                    assertThat(worker.stopped).contains(StopReason.REVOKED);
                }
            }
            IntStream.range(0, 24)
                    .forEach(
                            i ->
                                    events.publish(
                                            new RunCancelRequested(
                                                    "long-moved-" + i, Instant.now())));
            events.publish(Plans.of("after-move"));
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                peer.poll(Duration.ofMillis(100))
                                        .forEach(record -> taken.add(record.key()));
                                return worker.finished.contains("after-move")
                                        || taken.contains("after-move/half");
                            });
            assertThat(worker.started.stream().map(runId -> runId + "/half"))
                    .as("a record that moved before it was started must not be started here")
                    .doesNotContainAnyElementsOf(
                            taken.stream().filter(k -> !k.equals(running + "/half")).toList());
        }
    }

    private String runningLong() {
        return worker.started.stream()
                .filter(runId -> runId.startsWith("long-moved"))
                .filter(runId -> !worker.finished.contains(runId))
                .findFirst()
                .orElse("none yet");
    }

    private void assertEverythingCommitted() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
                KafkaConsumer<String, String> reader = consumer("reader")) {
            var committed =
                    admin.listConsumerGroupOffsets("test-workers")
                            .partitionsToOffsetAndMetadata()
                            .get();
            reader.endOffsets(partitions(reader, Topics.PLANS))
                    .forEach(
                            (partition, end) -> {
                                if (end > 0) {
                                    assertThat(committed)
                                            .containsEntry(partition, new OffsetAndMetadata(end));
                                }
                            });
        }
    }

    private void sendRaw(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get(1, TimeUnit.MINUTES);
        }
    }

    private ConsumerRecord<String, String> first(String topic, String key) {
        try (KafkaConsumer<String, String> reader = consumer("reader")) {
            reader.assign(partitions(reader, topic));
            reader.seekToBeginning(reader.assignment());
            ConsumerRecord<String, String>[] found = new ConsumerRecord[1];
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                reader.poll(Duration.ofMillis(200))
                                        .forEach(
                                                record -> {
                                                    if (key.equals(record.key())) {
                                                        found[0] = record;
                                                    }
                                                });
                                return found[0] != null;
                            });
            return found[0];
        }
    }

    private KafkaConsumer<String, String> consumer(String group) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", servers);
        settings.put("group.id", group);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<String, String> reader, String topic) {
        return reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
