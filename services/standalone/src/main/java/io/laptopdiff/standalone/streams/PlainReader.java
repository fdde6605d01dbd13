package io.laptopdiff.standalone.streams;

import io.laptopdiff.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** One Kafka consumer beside the gateway: how long the same events take without it. */
final class PlainReader implements Runnable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LatencyCounts latencies = new LatencyCounts();
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile boolean closed;

    private final int warmUp;

    /**
     * @param warmUp steps of each run whose latency does not count
     */
    PlainReader(String broker, int warmUp) {
        this.warmUp = warmUp;
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    /** Returns once it reads. */
    void await() throws InterruptedException {
        ready.await();
    }

    @Override
    public void run() {
        try (consumer) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.DISTILLATION).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready.countDown();
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(100))) {
                    ProgressText event = new ProgressText(record.value(), record.value().length);
                    if (event.isProgress() && event.step() > warmUp) {
                        latencies.add(Duration.between(event.sent(), Instant.now()).toNanos());
                    }
                }
            }
        }
    }

    void stop() {
        closed = true;
    }

    /** Returns the latencies; to be asked once the thread has ended. */
    LatencyCounts latencies() {
        return latencies;
    }
}
