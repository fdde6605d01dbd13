package io.laptopdiff.standalone.follow;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A time in which a gateway gives no answer, borne as long as patience lasts. */
final class OutageTimer {

    private final Patience patience;
    private long beginNanos;
    private boolean begun;

    OutageTimer(Patience patience) {
        this.patience = patience;
    }

    boolean begun() {
        return begun;
    }

    /** Pauses before the next attempt, or gives up. */
    void bear(IOException failure, URI address) throws IOException, InterruptedException {
        long now = System.nanoTime();
        if (!begun) {
            begun = true;
            beginNanos = now;
        }
        if (now - beginNanos > patience.silence().toNanos()) {
            throw new IOException(
                    "the gateway at %s has not answered for %d s, at last: %s; see its log, or try again later"
                            .formatted(
                                    address,
                                    Duration.ofNanos(now - beginNanos).toSeconds(),
                                    reason(failure)),
                    failure);
        }
        Thread.sleep(patience.pause().toMillis());
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }

    /** Ends the outage: the gateway answers again. */
    void end() {
        begun = false;
    }
}
