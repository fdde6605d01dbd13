package io.laptopdiff.messaging.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.Plans;
import io.laptopdiff.messaging.TestWorker;
import io.laptopdiff.messaging.testing.TopicLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A disk that refuses to write some times, or always. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RetriedJobTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Inject EventPublisher events;
    @Inject TestWorker worker;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @ConfigProperty(name = "laptopdiff.jobs.attempts")
    int most;

    @Test
    void shouldTryAgainWhereTheFaultMayBeGoneAndFailForGoodWhereItIsNot() {
        TopicLog log = new TopicLog(servers);
        events.publish(Plans.of("disk-hiccup-3"));
        await().atMost(PATIENCE).until(() -> worker.finished.contains("disk-hiccup-3"));
        assertThat(tries("disk-hiccup-3")).isEqualTo(3);
        assertThat(log.messages(Topics.FAILURES, "disk-hiccup-3", StageFailed.class, 0)).isEmpty();

        events.publish(Plans.of("disk-broken-100"));
        StageFailed failure =
                log.messages(Topics.FAILURES, "disk-broken-100", StageFailed.class, 1).get(0);
        assertThat(tries("disk-broken-100")).isEqualTo(most);
        assertThat(failure.what())
                .contains("Input/output error")
                .contains("tried " + most + " times");

        events.publish(Plans.of("bad-weights"));
        assertThat(log.messages(Topics.FAILURES, "bad-weights", StageFailed.class, 1)).hasSize(1);
        assertThat(tries("bad-weights")).isEqualTo(1);
    }

    private int tries(String runId) {
        return Collections.frequency(worker.started, runId);
    }
}
