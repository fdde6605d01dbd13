package io.laptopdiff.distillation.dataset;

import io.laptopdiff.artifacts.ArtifactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the workers that share the encoding of a data set know of each other: the shards that lie in
 * the store, and for which runs the others were asked for.
 */
public final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final long PAUSE_MILLIS = 200;

    private final ArtifactStore store;

    public Preparation(ArtifactStore store) {
        this.store = store;
    }

    /** Shards that are not there, looking no further than at their names. */
    public List<Integer> missing(Encoding encoding) {
        return IntStream.range(0, encoding.shards())
                .filter(shard -> !Files.exists(encoding.shard(shard).directory()))
                .boxed()
                .toList();
    }

    /** Says that workers are being asked for the missing shards. */
    public void asked(Encoding encoding, String runId) {
        store.write(mark(encoding, runId), new byte[0]);
    }

    private static Path mark(Encoding encoding, String runId) {
        return encoding.directory().resolve("asked").resolve(runId);
    }

    /**
     * Waits while others encode shards that this run asked for. It ends when all are there, when
     * told to stop, when a worker {@linkplain #givenUp gave up}, and when no shard has come for a
     * while: whoever trains makes the rest then.
     *
     * @param patience without any new shard
     */
    public void await(Encoding encoding, String runId, Duration patience, BooleanSupplier stop)
            throws InterruptedException {
        if (!Files.exists(mark(encoding, runId))) {
            return;
        }
        int missing = missing(encoding).size();
        long lastCame = System.nanoTime();
        while (missing > 0 && Files.exists(mark(encoding, runId)) && !stop.getAsBoolean()) {
            if (System.nanoTime() - lastCame > patience.toNanos()) {
                LOG.warn("no shard came, made here run={} missing={}", runId, missing);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            int now = missing(encoding).size();
            if (now != missing) {
                missing = now;
                lastCame = System.nanoTime();
            }
        }
    }

    /** Says that waiting is in vain. */
    public void givenUp(Encoding encoding, String runId) {
        try {
            Files.deleteIfExists(mark(encoding, runId));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + mark(encoding, runId), e);
        }
    }
}
