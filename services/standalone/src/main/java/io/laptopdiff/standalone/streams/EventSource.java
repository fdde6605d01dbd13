package io.laptopdiff.standalone.streams;

import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Distillation steps of many runs at an even rate, as workers would report them. */
final class EventSource implements AutoCloseable {
    private static final String VARIANT = "half";
    private static final List<FeatureTerm> FEATURES =
            List.of(
                    new FeatureTerm("down_blocks.0", 0.5, 0.25, 0.5),
                    new FeatureTerm("mid_block", 0.5, 0.25, 0.5),
                    new FeatureTerm("up_blocks.0", 0.5, 0.25, 0.5));

    private final KafkaProducer<String, byte[]> producer;
    private final List<String> runIds;
    private final int steps;

    EventSource(String broker, List<String> runIds, int steps) {
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker, "acks", "all"),
                        new StringSerializer(),
                        new ByteArraySerializer());
        this.runIds = runIds;
        this.steps = steps;
    }

    /** Sends one event of every run, so that there is something to look at. */
    void begin() {
        runIds.forEach(runId -> send(runId, 1));
        producer.flush();
    }

    /**
     * The others, spread evenly: each run's next step after the same pause, the runs one after the
     * other within it.
     */
    void rest(Duration pause) throws InterruptedException {
        long begin = System.nanoTime();
        for (int step = 2; step <= steps; step++) {
            for (int i = 0; i < runIds.size(); i++) {
                long due =
                        begin + (step - 2) * pause.toNanos() + i * pause.toNanos() / runIds.size();
                long early = due - System.nanoTime();
                if (early > 0) {
                    Thread.sleep(early / 1_000_000, (int) (early % 1_000_000));
                }
                send(runIds.get(i), step);
            }
        }
        producer.flush();
    }

    private void send(String runId, int step) {
        DistillationProgressed event =
                new DistillationProgressed(
                        runId,
                        Instant.now(),
                        VARIANT,
                        1,
                        step,
                        steps,
                        new Losses(1, 0.5, 0.25, FEATURES),
                        5e-5,
                        1,
                        0.05,
                        0.05 * (steps - step),
                        null);
        producer.send(new ProducerRecord<>(event.topic(), event.key(), MessageJson.write(event)));
    }

    @Override
    public void close() {
        producer.close();
    }
}
