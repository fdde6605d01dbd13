package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What the log holds by now, each partition in its order. Read by parts: those who look back take
 * turns, none of them holds more than a part, and whoever is not waited for any more stops.
 */
final class EventHistory {
    private static final int PART = 1000;
    private static final Duration TURN = Duration.ofSeconds(1);

    private final Subject subject;
    private final Instant since;
    private final Consumer<Message> listener;
    private Map<TopicPartition, Long> cursor;
    private Map<TopicPartition, Long> goal;

    /**
     * @param since nothing wanted is older
     * @param listener hears of every event
     */
    EventHistory(Subject subject, Instant since, Consumer<Message> listener) {
        this.subject = subject;
        this.since = since;
        this.listener = listener;
    }

    /**
     * Reads all of it.
     *
     * @param patience fails with a {@link NotReadyException} after it
     */
    Uni<Void> read(LogReaders readers, Duration patience) {
        return Multi.createBy()
                .repeating()
                .uni(() -> readers.aside(this::readPart))
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWithVoid()
                .ifNoItem()
                .after(patience)
                .failWith(
                        () ->
                                new NotReadyException(
                                        "the log was not read within "
                                                + patience.toSeconds()
                                                + " s",
                                        null));
    }

    /** Reads a part, and returns whether there is more. */
    private boolean readPart(LogReader reader) {
        if (goal == null) {
            cursor = reader.begin(subject, Position.START, since);
            goal = reader.ends(subject);
        }
        reader.read(subject, cursor, goal, PART, TURN)
                .forEach(logged -> listener.accept(logged.event()));
        return !LogReader.reached(cursor, goal);
    }
}
