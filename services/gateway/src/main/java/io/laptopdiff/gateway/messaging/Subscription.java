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

    /** A later event; without room it is only counted. Its reader is to be woken after that. */
    synchronized void offer(LoggedEvent event) {
        if (missed > 0 || queue.size() >= capacity) {
            missed++;
        } else {
            queue.add(event);
        }
    }

    /** Ends the subscription: nothing comes any more. Its reader is to be woken after that. */
    synchronized void finish() {
        finished = true;
    }

    /**
     * Returns whether its reader has waited since before then, so that it should give a sign of
     * life.
     */
    synchronized boolean waitsSince(long nanos) {
        return waiting != null && waitingSince - nanos < 0;
    }

    /** Returns whether its reader waits for what is there. */
    synchronized boolean keepsWaiting() {
        return waiting != null && (!queue.isEmpty() || missed > 0 || finished);
    }

    /** Calls a waiting reader back, be there something or not. */
    void wake() {
        Runnable reader;
        synchronized (this) {
            reader = waiting;
            waiting = null;
        }
        if (reader != null) {
            reader.run();
        }
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
}
