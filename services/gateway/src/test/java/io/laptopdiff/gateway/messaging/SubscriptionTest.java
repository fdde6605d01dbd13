package io.laptopdiff.gateway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.gateway.Events;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final Subscription subscription = new Subscription(Subject.eventsOfAll(), 3);
    private final AtomicInteger woken = new AtomicInteger();

    private static LoggedEvent event(long offset) {
        return new LoggedEvent(
                new TopicPartition(Topics.RUNS, 0),
                offset,
                0,
                new Events("run-1").requested(),
                "{}");
    }

    @Test
    void shouldHoldSoMuchAndCountTheRest() {
        for (int i = 0; i < 10; i++) {
            subscription.offer(event(i));
        }
        Subscription.Taken taken = subscription.take();
        assertThat(taken.events()).extracting(LoggedEvent::offset).containsExactly(0L, 1L, 2L);
        assertThat(taken.missed()).isEqualTo(7);
        subscription.offer(event(10));
        taken = subscription.take();
        assertThat(taken.events()).extracting(LoggedEvent::offset).containsExactly(10L);
        assertThat(taken.missed()).isZero();
    }

    @Test
    void shouldCallBackOnceForWhatCame() {
        subscription.onReady(woken::incrementAndGet);
        assertThat(subscription.keepsWaiting()).isFalse();
        subscription.offer(event(0));
        subscription.offer(event(1));
        assertThat(woken).as("the hub wakes when it has handed all over").hasValue(0);
        assertThat(subscription.keepsWaiting()).isTrue();
        subscription.wake();
        subscription.wake();
        assertThat(woken).hasValue(1);
        assertThat(subscription.keepsWaiting()).isFalse();
        subscription.onReady(woken::incrementAndGet);
        assertThat(woken).as("there is something to take").hasValue(2);
    }

    @Test
    void shouldKnowWhoWaitedTooLongAndNobodyElse() {
        long before = System.nanoTime();
        assertThat(subscription.waitsSince(before + HOUR)).as("nobody waits").isFalse();
        subscription.onReady(woken::incrementAndGet);
        // since then or later, and however long this thread was kept from looking
        assertThat(subscription.waitsSince(before)).isFalse();
        assertThat(subscription.waitsSince(before + HOUR)).isTrue();
        subscription.wake();
        assertThat(woken).hasValue(1);
        assertThat(subscription.take().events()).isEmpty();
    }

    @Test
    void shouldTellTheEnd() {
        subscription.onReady(woken::incrementAndGet);
        subscription.offer(event(0));
        subscription.finish();
        subscription.wake();
        assertThat(woken).hasValue(1);
        Subscription.Taken taken = subscription.take();
        assertThat(taken.events()).hasSize(1);
        assertThat(taken.finished()).isTrue();
        subscription.onReady(woken::incrementAndGet);
        assertThat(woken).hasValue(2);
    }
}
