package io.laptopdiff.gateway.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One reader's way through the events of a run: first what is in the log, in the order of time,
 * then what comes, and an end once the run has ended and everything before that is read.
 */
final class RunEventStream implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final RunLog log;
    private final BooleanSupplier runEnded;
    private Position position;
    private boolean live;
    private boolean lastLook;
    // Read while next() holds the lock, so that a reader who left does not hold a thread.
    private volatile boolean closed;

    RunEventStream(RunLog log, Position start, BooleanSupplier runEnded) {
        this.log = log;
        this.position = start;
        this.runEnded = runEnded;
    }

    /** Waits a little for events; the batch says whether more can come. */
    synchronized EventBatch next() {
        if (closed) {
            return new EventBatch(List.of(), true);
        }
        if (!live) {
            live = true;
            return new EventBatch(placed(untilCaughtUp()), false);
        }
        if (!lastLook && runEnded.getAsBoolean()) {
            // What made it end is in the log by now.
            lastLook = true;
            log.aimAtEnd();
        }
        if (lastLook) {
            return new EventBatch(placed(untilCaughtUp()), true);
        }
        return new EventBatch(placed(log.poll(POLL)), false);
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            log.close();
        }
    }

    private List<LoggedEvent> untilCaughtUp() {
        List<LoggedEvent> events = new ArrayList<>();
        while (!closed && !log.caughtUp()) {
            events.addAll(log.poll(POLL));
        }
        return events;
    }

    private List<PlacedEvent> placed(List<LoggedEvent> events) {
        List<PlacedEvent> placed = new ArrayList<>(events.size());
        for (LoggedEvent event : InTime.merge(events)) {
            position = position.after(event.partition(), event.offset());
            placed.add(new PlacedEvent(position.text(), event.event()));
        }
        return placed;
    }
}
