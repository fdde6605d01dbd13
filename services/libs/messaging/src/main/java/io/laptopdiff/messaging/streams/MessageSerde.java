package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.messaging.MessageDeserializer;
import io.laptopdiff.messaging.MessageSerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Messages in folds, for what a fold writes and for what it repartitions. */
public final class MessageSerde {
    private MessageSerde() {}

    public static Serde<Message> any() {
        return Serdes.serdeFrom(new MessageSerializer(), new MessageDeserializer());
    }

    public static <T extends Message> Serde<T> of(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, message) -> message == null ? null : MessageJson.write(message),
                (topic, json) -> json == null ? null : MessageJson.read(json, type));
    }
}
