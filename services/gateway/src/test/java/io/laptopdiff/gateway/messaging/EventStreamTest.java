package io.laptopdiff.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream's batches, one by one. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(60)
class EventStreamTest {

    @Inject EventHub hub;
    @Inject LogReaders readers;
    @Inject EventPublisher publisher;

    private EventStream stream(String runId, AtomicBoolean ended, Duration heartbeat) {
        return new EventStream(
                hub,
                readers,
                Subject.eventsOf(runId),
                Position.START,
                Instant.EPOCH,
                ended::get,
                100,
                heartbeat);
    }

    /** It is in the log when this returns. */
    private void publish(Event event) {
        publisher.send(event).await().atMost(Duration.ofSeconds(20));
    }

    private static EventBatch next(EventStream stream) {
        return stream.next().await().atMost(Duration.ofSeconds(50));
    }

    /**
     * The hub may be behind the log: then the look back ends before the event, which comes live.
     */
    private static EventBatch nextWithEvents(EventStream stream) {
        EventBatch batch = next(stream);
        while (batch.events().isEmpty()) {
            assertThat(batch.last()).isFalse();
            batch = next(stream);
        }
        return batch;
    }

    /** Nobody hands it the record of the end, and it learns of the end from the table alone. */
    @RepeatedTest(5) // with a hub that begins with it, and with one that is at work and behind
    void shouldEndWhereTheTableHearsOfTheEndAfterTheHubBegan(RepetitionInfo repetition) {
        String run = "late-table-" + repetition.getCurrentRepetition();
        publish(new Events(run).requested());
        AtomicBoolean ended = new AtomicBoolean();
        try (EventStream stream = stream(run, ended, Duration.ofSeconds(5))) {
            EventBatch first = nextWithEvents(stream);
            assertThat(first.events()).hasSize(1);
            assertThat(first.last()).isFalse();
            publish(new Events(run).slice(0));
            ended.set(true);
            List<PlacedEvent> rest = new ArrayList<>();
            boolean last = false;
            while (!last) {
                EventBatch batch = next(stream);
                rest.addAll(batch.events());
                last = batch.last();
            }
            assertThat(rest).hasSize(1);
        }
    }

    /** A look back through a long log must not be silent. */
    @Test
    void shouldGiveSignsOfLifeWhileItLooksBack() {
        for (int run = 0; run < 3; run++) {
            publish(new Events("before-" + run).requested());
        }
        publish(new Events("patient").requested());
        try (EventStream stream = stream("patient", new AtomicBoolean(true), Duration.ofNanos(1))) {
            EventBatch sign = next(stream);
            assertThat(sign.events()).isEmpty();
            assertThat(sign.last()).isFalse();
        }
        try (EventStream stream =
                stream("patient", new AtomicBoolean(true), Duration.ofSeconds(5))) {
            assertThat(nextWithEvents(stream).events()).hasSize(1);
        }
    }
}
