package io.laptopdiff.gateway.messaging;

import static org.apache.kafka.streams.KafkaStreams.State.CREATED;
import static org.apache.kafka.streams.KafkaStreams.State.ERROR;
import static org.apache.kafka.streams.KafkaStreams.State.PENDING_SHUTDOWN;
import static org.apache.kafka.streams.KafkaStreams.State.REBALANCING;
import static org.apache.kafka.streams.KafkaStreams.State.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CaughtUpTest {
    private final CaughtUp caughtUp = new CaughtUp();

    @Test
    void shouldNotBeReadyWhileTheStatusesAreReadBack() {
        caughtUp.onChange(REBALANCING, CREATED);
        assertThat(caughtUp.isReady(REBALANCING)).isFalse();
    }

    @Test
    void shouldStayReadyWhileAnotherGatewayComesOrGoes() {
        caughtUp.onChange(RUNNING, REBALANCING);
        assertThat(caughtUp.isReady(RUNNING)).isTrue();
        caughtUp.onChange(REBALANCING, RUNNING);
        assertThat(caughtUp.isReady(REBALANCING)).isTrue();
    }

    @Test
    void shouldNotBeReadyOnceTheStreamsHaveEnded() {
        caughtUp.onChange(RUNNING, REBALANCING);
        assertThat(caughtUp.isReady(PENDING_SHUTDOWN)).isFalse();
        assertThat(caughtUp.isReady(ERROR)).isFalse();
    }
}
