package io.laptopdiff.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looking back at a topic. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(60)
class EventHistoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final int MORE_THAN_THERE_ARE_READERS = 10;

    @Inject LogReaders readers;
    @Inject EventPublisher publisher;

    private final List<Message> heard = new ArrayList<>();

    private Uni<Void> past(String runId, Duration patience) {
        Subject subject = Subject.eventsOf(runId, Topics.DISTILLATION);
        return new EventHistory(subject, Instant.EPOCH, heard::add).read(readers, patience);
    }

    @Test
    void shouldTellWhatTheTopicHoldsOfTheRun() {
        List<Event> distillation = new Events("past").distillation("half");
        publish(new Events("another-past").wholeLife());
        publish(List.of(new Events("past").requested()));
        publish(distillation);
        past("past", PATIENCE).await().atMost(PATIENCE);
        assertThat(heard).containsExactlyElementsOf(distillation);
    }

    private void publish(List<Event> events) {
        events.forEach(event -> publisher.send(event).await().atMost(PATIENCE));
    }

    @Test
    void shouldKeepNobodyWaitingButThoseWhoLookBackToo() {
        CountDownLatch free = new CountDownLatch(1);
        try {
            for (int i = 0; i < MORE_THAN_THERE_ARE_READERS; i++) {
                readers.aside(reader -> waitFor(free)).subscribe().with(done -> {});
            }
            assertThat(readers.with(reader -> "read").await().atMost(PATIENCE)).isEqualTo("read");
            assertThatThrownBy(() -> past("late", Duration.ofMillis(10)).await().atMost(PATIENCE))
                    .isInstanceOf(NotReadyException.class);
        } finally {
            free.countDown();
        }
    }

    private static boolean waitFor(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
