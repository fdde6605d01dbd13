package io.laptopdiff.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream of all runs that goes on where a reader of another log was. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(60)
class AnotherLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    @Inject EventHub hub;
    @Inject LogReaders readers;

    @ParameterizedTest
    @CsvSource({
        "runs:0:999999999, 1",
        "runs:0:999999999;runs:1:0, 1",
        "runs:0:0;runs:1:0, 0",
    })
    void shouldTellThatItMissesWhatCameMeanwhile(String position, long missed) {
        try (EventStream stream =
                new EventStream(
                        hub,
                        readers,
                        Subject.eventsOfAll(),
                        Position.parse(position),
                        Instant.now(),
                        () -> false,
                        100,
                        PATIENCE)) {
            EventBatch first = stream.next().await().atMost(PATIENCE);
            assertThat(first.missed()).isEqualTo(missed);
            assertThat(first.last()).isFalse();
        }
    }
}
