package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;

/** The readable messages of each topic; the others go to the dead letters. */
public final class MessageStreams {
    private final StreamsBuilder builder;
    private final Map<String, KStream<String, Message>> streams = new HashMap<>();

    MessageStreams(StreamsBuilder builder) {
        this.builder = builder;
    }

    public KStream<String, Message> of(String topic) {
        return streams.computeIfAbsent(topic, this::read);
    }

    private KStream<String, Message> read(String topic) {
        KStream<byte[], ReadRecord> records =
                builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                        .process(Reading::new);
        records.filter((key, record) -> record.message() == null)
                .mapValues(ReadRecord::unreadable)
                .to(Topics.DEAD_LETTERS, Produced.with(Serdes.ByteArray(), Serdes.Bytes()));
        return records.filter((key, record) -> record.message() != null)
                .map((key, record) -> KeyValue.pair(record.message().key(), record.message()));
    }
}
