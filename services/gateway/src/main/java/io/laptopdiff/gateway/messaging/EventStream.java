package io.laptopdiff.gateway.messaging;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * One reader's way through the events: first what is in the log, in the order of time, then what
 * the hub hands over, without loss or repeat between the two, and an end once the run has ended and
 * everything before that is read. Asked for one batch at a time.
 */
final class EventStream implements AutoCloseable {
    /**
     * The most events read from the log at once; a run of more than that is in the order of time by
     * parts.
     */
    private static final int PART = 1000;

    private final EventHub hub;
    private final LogReaders readers;
    private final Subscription subscription;
    private final Subject subject;
    private final Instant since;
    private final BooleanSupplier ended;
    private final Duration heartbeat;

    private Position position;
    private Map<TopicPartition, Long> cursor;
    private Map<TopicPartition, Long> goal;
    private boolean lastLook;
    private boolean live;
    private boolean endUntold;
    private volatile boolean closed;

    /**
     * @param since nothing wanted is older
     * @param ended the run has ended, and no event of it will come
     * @param capacity events that wait for a slow reader at most
     * @param heartbeat no batch, be it empty, takes longer to come
     */
    EventStream(
            EventHub hub,
            LogReaders readers,
            Subject subject,
            Position start,
            Instant since,
            BooleanSupplier ended,
            int capacity,
            Duration heartbeat) {
        this.heartbeat = heartbeat;
        this.hub = hub;
        this.readers = readers;
        this.subject = subject;
        this.position = start;
        this.since = since;
        this.ended = ended;
        this.subscription = new Subscription(subject, capacity);
    }

    /** The next batch, when there is one; an empty one is a sign of life. */
    Uni<EventBatch> next() {
        if (!live) {
            return readers.with(this::lookBack);
        }
        return Uni.createFrom()
                .<Void>emitter(ready -> subscription.onReady(() -> ready.complete(null)))
                .map(ready -> taken());
    }

    private EventBatch lookBack(LogReader reader) {
        if (closed) {
            return new EventBatch(List.of(), 0, null, true);
        }
        long lost = 0;
        if (goal == null) {
            lastLook = ended.getAsBoolean();
            Map<TopicPartition, Long> joined = lastLook ? Map.of() : hub.join(subscription);
            if (closed) { // meanwhile, by whom the hub did not know this reader yet
                hub.leave(subscription);
                return new EventBatch(List.of(), 0, null, true);
            }
            Position told = position;
            position = told.within(reader.ends(subject));
            lost = reader.lost(subject, position);
            if (subject.runId() == null && !position.equals(told)) {
                // read of another log, of which nobody knows how much came after it
                lost++;
            }
            boolean fromNow = subject.runId() == null && position.equals(Position.START);
            cursor = fromNow ? only(subject, joined) : reader.begin(subject, position, since);
            goal = lastLook ? reader.ends(subject) : joined;
            if (fromNow) {
                position = Position.at(cursor);
                live = true;
                return new EventBatch(List.of(), lost, position.text(), false);
            }
        }
        if (endUntold) {
            endUntold = false;
            lookOnceMore(reader);
        }
        if (lost > 0) {
            return new EventBatch(List.of(), lost, position.text(), false);
        }
        List<LoggedEvent> events = reader.read(subject, cursor, goal, PART, heartbeat);
        boolean caughtUp = LogReader.reached(cursor, goal);
        if (caughtUp && !lastLook) {
            if (ended.getAsBoolean() || hub.sawEnd(subject.runId())) {
                // it ended before or while the hub was joined, which may not tell
                hub.leave(subscription);
                lookOnceMore(reader);
                caughtUp = LogReader.reached(cursor, goal);
            } else {
                live = true;
            }
        }
        return new EventBatch(placed(events), 0, null, lastLook && caughtUp);
    }

    /** Sets the goal to all that there is, for the run has ended. */
    private void lookOnceMore(LogReader reader) {
        lastLook = true;
        goal = reader.ends(subject);
    }

    private static Map<TopicPartition, Long> only(
            Subject subject, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> wanted = new HashMap<>(offsets);
        wanted.keySet().removeIf(partition -> !subject.topics().contains(partition.topic()));
        return wanted;
    }

    private EventBatch taken() {
        Subscription.Taken taken = subscription.take();
        List<LoggedEvent> fresh = new ArrayList<>();
        for (LoggedEvent event : taken.events()) {
            if (event.offset() >= cursor.getOrDefault(event.partition(), 0L)) {
                cursor.put(event.partition(), event.offset() + 1);
                fresh.add(event);
            }
        }
        List<PlacedEvent> placed = placedInOrder(fresh);
        boolean idle = taken.events().isEmpty() && taken.missed() == 0 && !taken.finished();
        if (idle && ended.getAsBoolean()) {
            // the hub began after the end's record, and the table heard of it later still
            hub.leave(subscription);
            live = false;
            endUntold = true;
        }
        return new EventBatch(
                placed,
                taken.missed(),
                taken.missed() > 0 ? position.text() : null,
                taken.finished() && taken.missed() == 0);
    }

    private List<PlacedEvent> placed(List<LoggedEvent> events) {
        return placedInOrder(EventMerge.merge(events));
    }

    private List<PlacedEvent> placedInOrder(List<LoggedEvent> events) {
        List<PlacedEvent> placed = new ArrayList<>(events.size());
        for (LoggedEvent event : events) {
            placed.add(event.placed(position));
            position = event.after(position);
        }
        return placed;
    }

    @Override
    public void close() {
        closed = true;
        hub.leave(subscription);
    }
}
