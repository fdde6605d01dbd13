package io.laptopdiff.standalone.follow;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says what is being done, and again every few seconds until something else is. */
public final class Heartbeat implements AutoCloseable {

    /**
     * The usual pause: so often that nobody waits ten seconds without a word, on a busy machine
     * neither.
     */
    private static final Duration USUAL = Duration.ofSeconds(5);

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "heartbeat");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final PrintWriter out;
    private String what;
    private long begin;

    /** A heartbeat that prints there. */
    public Heartbeat(PrintWriter out) {
        this(out, USUAL);
    }

    Heartbeat(PrintWriter out, Duration pause) {
        this.out = out;
        timer.scheduleAtFixedRate(
                this::again, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Says what begins, such as "drawing images". */
    public synchronized void doing(String work) {
        what = work;
        begin = System.nanoTime();
        out.println("  " + work);
        out.flush();
    }

    private synchronized void again() {
        if (what != null) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            out.println("  " + what + ": " + seconds + " s");
            out.flush();
        }
    }

    /** Ends the heartbeat: nothing is said after it. */
    @Override
    public synchronized void close() {
        what = null;
        timer.shutdownNow();
    }
}
