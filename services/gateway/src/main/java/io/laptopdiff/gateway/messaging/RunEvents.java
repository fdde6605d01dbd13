package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.gateway.runs.RunDeletedException;
import io.laptopdiff.gateway.runs.Runs;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Opens streams of events. */
@ApplicationScoped
public class RunEvents {
    /** The longest look back, by whose end whoever asked has turned away. */
    private static final Duration LONGEST_LOOK_BACK = Duration.ofSeconds(30);

    private final EventHub hub;
    private final LogReaders readers;
    private final Runs runs;
    private final GatewayConfig config;
    private final AtomicInteger open;

    RunEvents(
            EventHub hub,
            LogReaders readers,
            Runs runs,
            GatewayConfig config,
            MeterRegistry metrics) {
        this.hub = hub;
        this.readers = readers;
        this.runs = runs;
        this.config = config;
        this.open = metrics.gauge("laptopdiff.event.streams", new AtomicInteger());
    }

    /**
     * The events of a run after a position, in batches that are fetched as they are asked for. It
     * ends when the run has ended.
     *
     * @param lastPosition empty for all of them
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if it is no position
     */
    public Multi<EventBatch> of(String runId, Optional<String> lastPosition) {
        Position start = lastPosition.map(Position::parse).orElse(Position.START);
        Instant since = since(runs.find(runId));
        return stream(Subject.eventsOf(runId), start, since, () -> ended(runId));
    }

    /**
     * The events of all runs, or their statuses whenever one changes; it never ends.
     *
     * @param lastPosition empty for those to come
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if it is no position
     */
    public Multi<EventBatch> ofAll(boolean statuses, Optional<String> lastPosition) {
        Position start = lastPosition.map(Position::parse).orElse(Position.START);
        Subject subject = statuses ? Subject.statusesOfAll() : Subject.eventsOfAll();
        return stream(subject, start, Instant.now(), () -> false);
    }

    /**
     * Tells what a topic holds of a run by now, what has one key in its order. Fails with a {@link
     * NotReadyException} where that takes too long.
     */
    public Uni<Void> past(String runId, String topic, Consumer<Message> listener) {
        Instant since = since(runs.find(runId));
        return new EventHistory(Subject.eventsOf(runId, topic), since, listener)
                .read(readers, LONGEST_LOOK_BACK);
    }

    private Multi<EventBatch> stream(
            Subject subject, Position start, Instant since, BooleanSupplier ended) {
        if (open.incrementAndGet() > config.maxStreams()) {
            open.decrementAndGet();
            throw new NotReadyException(
                    "all " + config.maxStreams() + " progress streams are in use", null);
        }
        EventStream stream =
                new EventStream(
                        hub,
                        readers,
                        subject,
                        start,
                        since,
                        ended,
                        config.streamQueue(),
                        config.heartbeat());
        return Multi.createBy()
                .repeating()
                .uni(stream::next)
                .whilst(batch -> !batch.last())
                .onTermination()
                .invoke(
                        () -> {
                            stream.close();
                            open.decrementAndGet();
                        });
    }

    /**
     * @throws io.laptopdiff.gateway.runs.RunNotFoundException if nobody knows the run
     */
    public void require(String runId) {
        runs.find(runId);
    }

    /** Returns when the log may begin to tell of a run; a time to come is some clock's mistake. */
    private static Instant since(RunStatus status) {
        Instant requested = status.requestedAt();
        return requested == null || requested.isAfter(Instant.now()) ? Instant.EPOCH : requested;
    }

    private boolean ended(String runId) {
        try {
            return runs.find(runId).state().ended();
        } catch (NotReadyException e) {
            return false;
        } catch (RunDeletedException e) {
            return true;
        }
    }
}
