package io.laptopdiff.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A topic that grows while a gateway reads it. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@TestProfile(AddedPartitionsTest.ABrokerOfItsOwn.class)
@Timeout(120)
class AddedPartitionsTest {
    /** No other test is to find the added partition. */
    public static class ABrokerOfItsOwn implements QuarkusTestProfile {}

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject GatewayConfig config;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @Test
    void shouldHearOfWhatAnAddedPartitionGotBeforeAndAfterItWasSeen() throws Exception {
        Consumers consumers =
                new Consumers(
                        Map.of("bootstrap.servers", servers, "metadata.max.age.ms", "100"), config);
        EventHub hub = new EventHub(consumers, config, Duration.ofMillis(100));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", servers),
                                new StringSerializer(),
                                new StringSerializer())) {
            Subscription subscription = new Subscription(Subject.eventsOfAll(), 100);
            int added =
                    (int)
                            hub.join(subscription).keySet().stream()
                                    .filter(partition -> partition.topic().equals(Topics.RUNS))
                                    .count();
            admin.createPartitions(Map.of(Topics.RUNS, NewPartitions.increaseTo(added + 1)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
            List<LoggedEvent> heard = new ArrayList<>();
            for (String run : List.of("added-1", "added-2")) {
                send(producer, added, new Events(run).requested());
                await().atMost(PATIENCE)
                        .until(
                                () -> {
                                    heard.addAll(subscription.take().events());
                                    return heard.stream()
                                            .anyMatch(e -> e.event().runId().equals(run));
                                });
            }
            assertThat(heard).extracting(LoggedEvent::offset).containsExactly(0L, 1L);
        } finally {
            hub.close();
        }
    }

    private static void send(
            KafkaProducer<String, String> producer, int partition, RunRequested event)
            throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                Topics.RUNS,
                                partition,
                                event.runId(),
                                MessageJson.tree(event).toString()))
                .get(1, TimeUnit.MINUTES);
    }
}
