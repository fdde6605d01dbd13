package io.laptopdiff.messaging.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.Plans;
import io.laptopdiff.messaging.TestWorker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EmbeddedKafkaResource.class, restrictToAnnotatedClass = true)
class RevokedJobTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Inject EventPublisher events;
    @Inject TestWorker worker;
    @Inject HeldPartitions partitions;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @Test
    void shouldStopAJobWhosePartitionIsGoneAndLeaveItsRecordUncommitted() throws Exception {
        events.publish(Plans.of("long-revoked"));
        await().atMost(PATIENCE).until(() -> worker.started.contains("long-revoked"));
        List<TopicPartition> all =
                IntStream.range(0, 8).mapToObj(i -> new TopicPartition(Topics.PLANS, i)).toList();
        partitions.revoke("other-workers", all);
        assertThat(worker.finished).isEmpty();

        partitions.revoke("test-workers", all);
        await().atMost(PATIENCE).until(() -> worker.finished.contains("long-revoked"));
        assertThat(worker.stopped).containsExactly(StopReason.REVOKED);
        events.publish(Plans.of("after-revoked"));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("after-revoked"));
        assertThat(worker.started).containsExactly("long-revoked", "after-revoked");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            var committed =
                    admin.listConsumerGroupOffsets("test-workers")
                            .partitionsToOffsetAndMetadata()
                            .get();
            // The partition of "long-revoked" has no commit.
            assertThat(committed).hasSizeLessThanOrEqualTo(1);
        }
    }
}
