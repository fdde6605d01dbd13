package io.laptopdiff.messaging.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.messaging.TestWorker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EarlierWork.class, restrictToAnnotatedClass = true)
class ExpiredOffsetsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Inject TestWorker worker;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @Test
    void shouldDoOnlyWhatHasNotEndedAndAcknowledgeTheRest() {
        await().atMost(PATIENCE).until(() -> worker.finished.contains(EarlierWork.OPEN));
        assertThat(worker.started).containsExactly(EarlierWork.TAKEN_UP, EarlierWork.OPEN);
        await().atMost(PATIENCE).until(() -> committed() == EarlierWork.ENDED.size() + 2);
    }

    private long committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    admin.listConsumerGroupOffsets("test-workers")
                            .partitionsToOffsetAndMetadata()
                            .get();
            return offsets.entrySet().stream()
                    .filter(offset -> offset.getKey().topic().equals(Topics.PLANS))
                    .mapToLong(offset -> offset.getValue().offset())
                    .sum();
        }
    }
}
