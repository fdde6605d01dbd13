package io.laptopdiff.gateway.messaging;

import jakarta.inject.Singleton;
import org.apache.kafka.streams.KafkaStreams;

/** Remembers whether the folds have ever been at work after everything was read back. */
@Singleton
class CaughtUp implements KafkaStreams.StateListener {
    private volatile boolean once;

    @Override
    public void onChange(KafkaStreams.State now, KafkaStreams.State before) {
        if (now == KafkaStreams.State.RUNNING) {
            once = true;
        }
    }

    /**
     * Returns whether statuses can be relied on. While another gateway comes or goes, this one
     * still holds the whole table: would all that are left say that they are not ready, nobody
     * would answer.
     */
    boolean isReady(KafkaStreams.State state) {
        return once && state.isRunningOrRebalancing();
    }
}
