package io.laptopdiff.gateway.operations;

import static org.awaitility.Awaitility.await;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a gateway says that cannot read the statuses of runs: it starts, stops, or lost Kafka. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@TestProfile(NotReadyTest.AnApplicationOfItsOwn.class)
class NotReadyTest {
    /** Its streams are closed for good. */
    public static class AnApplicationOfItsOwn implements QuarkusTestProfile {}

    @TestHTTPResource("/")
    URI server;

    @Inject KafkaStreams streams;

    static List<Case> notReady() {
        // streams of all runs need no status; OperationsTest has them refused
        return Cases.all(new Situation("not-ready")).stream()
                .filter(c -> c.status() == 503 && !c.operation().equals("streamEvents"))
                .toList();
    }

    @BeforeEach
    void closeStreams() {
        // a gateway that still starts would open them again
        await().atMost(Duration.ofMinutes(2))
                .until(() -> streams.state().hasCompletedShutdown() || isRunning());
        streams.close();
    }

    private boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @ParameterizedTest
    @MethodSource("notReady")
    void shouldAskToComeAgain(Case asked) {
        asked.requireAnswered(server);
    }
}
