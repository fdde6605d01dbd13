package io.laptopdiff.standalone.follow;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tells when to look at a run again: when its stream of events says that something happened, or,
 * where no stream can be had, after a pause. The stream is taken up again where it broke off.
 */
final class RunNews implements AutoCloseable {

    /** The least pause between two looks, so that a fast training costs no more than a slow one. */
    private static final Duration LEAST = Duration.ofMillis(250);

    /** Three signs of life of a gateway that gives them as it usually does. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    /** The status is folded from the events, and may lag behind them: look once more. */
    private static final int PAUSES_AFTER_NEWS = 2;

    /**
     * A stream through which nothing comes is not trusted for ever, and whoever watches is told
     * every few seconds that it still goes on.
     */
    private static final int PAUSES_WITHOUT_NEWS = 8;

    /** A gateway that has no stream to give is not asked at every look. */
    private static final int PAUSES_BEFORE_AGAIN = 4;

    private final HttpClient http;
    private final URI events;
    private final Duration pause;
    private final Semaphore news = new Semaphore(0);

    private EventConnection connection;
    private long connectedAt;
    private boolean fresh;

    /**
     * @param pause between two looks without a stream
     */
    RunNews(HttpClient http, URI events, Duration pause) {
        this.http = http;
        this.events = events;
        this.pause = pause;
    }

    /** Waits until it is worth looking again. */
    void await() throws InterruptedException {
        long begin = System.nanoTime();
        connect();
        if (!connection.live()) {
            fresh = take(pause);
        } else {
            fresh = take(pause.multipliedBy(fresh ? PAUSES_AFTER_NEWS : PAUSES_WITHOUT_NEWS));
        }
        long left = LEAST.toNanos() - (System.nanoTime() - begin);
        if (fresh && left > 0) {
            TimeUnit.NANOSECONDS.sleep(left); // what comes meanwhile is seen at the same look
        }
        news.drainPermits();
    }

    private boolean take(Duration atMost) throws InterruptedException {
        return news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void connect() {
        if (connection == null) {
            connect("");
        } else if (connection.open() && connection.silentFor(SILENCE)) {
            connection.close();
            connect(connection.lastId());
        } else if (!connection.open() && !connection.ended() && mayAskAgain()) {
            connect(connection.lastId());
        }
    }

    private boolean mayAskAgain() {
        return System.nanoTime() - connectedAt > PAUSES_BEFORE_AGAIN * pause.toNanos();
    }

    private void connect(String lastId) {
        connectedAt = System.nanoTime();
        connection = new EventConnection(http, events, lastId, news::release);
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
