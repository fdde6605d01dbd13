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
 * the store, for which runs the others were asked for, and when one was last worked at.
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
     * Says that a part of a shard was made. A whole one of large images may take an hour of a CPU.
     */
    void workedAt(Encoding encoding) {
        store.write(sign(encoding), new byte[0]);
    }

    private static Path sign(Encoding encoding) {
        return encoding.directory().resolve("worked-at");
    }

    /**
     * Waits while others encode shards that this run asked for. It ends when all are there, when
     * told to stop, when a worker {@linkplain #givenUp gave up}, and when nobody has worked at any
     * shard for a while: whoever trains makes the rest then.
     *
     * @param patience without a sign of work
     */
    public void await(Encoding encoding, String runId, Duration patience, BooleanSupplier stop)
            throws InterruptedException {
        if (!Files.exists(mark(encoding, runId))) {
            return;
        }
        int missing = missing(encoding).size();
        // compared with itself alone, as another machine may have another time
        long worked = sign(encoding).toFile().lastModified();
        long lastSign = System.nanoTime();
        while (missing > 0 && Files.exists(mark(encoding, runId)) && !stop.getAsBoolean()) {
            if (System.nanoTime() - lastSign > patience.toNanos()) {
                LOG.warn("nobody works at shards, made here run={} missing={}", runId, missing);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            int now = missing(encoding).size();
            long last = sign(encoding).toFile().lastModified();
            if (now != missing || last != worked) {
                missing = now;
                worked = last;
                lastSign = System.nanoTime();
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
