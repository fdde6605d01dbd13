package io.laptopdiff.gateway.messaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What waits for one reader between the hub and its connection: so much, and not more. */
final class Subscription {
    private final Subject subject;
    private final int capacity;
    private final Deque<LoggedEvent> queue = new ArrayDeque<>();
    private long missed;
    private boolean finished;
    private Runnable waiting;
    private long waitingSince;

    Subscription(Subject subject, int capacity) {
        this.subject = subject;
        this.capacity = capacity;
    }

    /**
     * What was waiting.
     *
     * @param missed how many came after these and found no room
     * @param finished nothing comes after that
     */
    record Taken(List<LoggedEvent> events, long missed, boolean finished) {}

    Subject subject() {
        return subject;
    }

    /** A later event; without room it is only counted. */
    void offer(LoggedEvent event) {
        Runnable reader;
        synchronized (this) {
            if (missed > 0 || queue.size() >= capacity) {
                missed++;
            } else {
                queue.add(event);
            }
            reader = wakened();
        }
        run(reader);
    }

    /** Nothing comes any more. */
    void finish() {
        Runnable reader;
        synchronized (this) {
            finished = true;
            reader = wakened();
        }
        run(reader);
    }

    /** Wakes a reader that has waited since before then, so that it gives a sign. */
    void wakeIfIdle(long sinceNanos) {
        Runnable reader = null;
        synchronized (this) {
            if (waiting != null && waitingSince - sinceNanos < 0) {
                reader = wakened();
            }
        }
        run(reader);
    }

    /** Calls back, once, when there is something to take or nothing will come any more. */
    void onReady(Runnable reader) {
        boolean now;
        synchronized (this) {
            now = !queue.isEmpty() || missed > 0 || finished;
            if (!now) {
                waiting = reader;
                waitingSince = System.nanoTime();
            }
        }
        if (now) {
            reader.run();
        }
    }

    synchronized Taken take() {
        Taken taken = new Taken(new ArrayList<>(queue), missed, finished);
        queue.clear();
        missed = 0;
        return taken;
    }

    private Runnable wakened() {
        Runnable reader = waiting;
        waiting = null;
        return reader;
    }

    private static void run(Runnable reader) {
        if (reader != null) {
            reader.run();
        }
    }
}
