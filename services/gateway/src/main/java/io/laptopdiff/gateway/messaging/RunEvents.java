package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.gateway.runs.Runs;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens streams of a run's events. */
@ApplicationScoped
public class RunEvents {
    private final Map<String, Object> broker;
    private final Runs runs;
    private final GatewayConfig config;
    private final AtomicInteger open;

    RunEvents(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            Runs runs,
            GatewayConfig config,
            MeterRegistry metrics) {
        this.broker = broker;
        this.runs = runs;
        this.config = config;
        this.open = metrics.gauge("laptopdiff.event.streams", new AtomicInteger());
    }

    /**
     * The events after a position, in batches that are fetched as they are asked for. It ends when
     * the run has ended.
     *
     * @param lastPosition empty for all of them
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if it is no position
     */
    public Multi<EventBatch> of(String runId, Optional<String> lastPosition) {
        Position start = lastPosition.map(Position::parse).orElse(Position.START);
        RunStatus status = runs.find(runId);
        if (open.incrementAndGet() > config.maxStreams()) {
            open.decrementAndGet();
            throw new NotReadyException(
                    "all " + config.maxStreams() + " progress streams are in use", null);
        }
        RunEventStream stream;
        try {
            stream = stream(status, start);
        } catch (RuntimeException e) {
            open.decrementAndGet();
            throw e;
        }
        Executor threads = Infrastructure.getDefaultExecutor();
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom().item(stream::next).runSubscriptionOn(threads))
                .whilst(batch -> !batch.last())
                .onTermination()
                .invoke(() -> threads.execute(() -> close(stream)));
    }

    private void close(RunEventStream stream) {
        stream.close();
        open.decrementAndGet();
    }

    private RunEventStream stream(RunStatus status, Position start) {
        Instant since = status.requestedAt() == null ? Instant.EPOCH : status.requestedAt();
        String runId = status.runId();
        KafkaConsumer<byte[], byte[]> consumer = consumer();
        try {
            RunLog log = new RunLog(consumer, runId, start, since);
            return new RunEventStream(log, start, () -> ended(runId));
        } catch (KafkaException e) {
            consumer.close();
            throw new NotReadyException("the log of events cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean ended(String runId) {
        try {
            return runs.find(runId).state().ended();
        } catch (NotReadyException e) {
            return false;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>();
        broker.forEach(
                (name, value) -> {
                    if (ConsumerConfig.configNames().contains(name)) {
                        settings.put(name, value);
                    }
                });
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) config.publishTimeout().toMillis());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Events older than their topic keeps are gone; go on with the oldest.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
