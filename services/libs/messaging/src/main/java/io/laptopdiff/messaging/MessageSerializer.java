package io.laptopdiff.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import org.apache.kafka.common.serialization.Serializer;

/** Messages as their JSON. */
public final class MessageSerializer implements Serializer<Message> {
    @Override
    public byte[] serialize(String topic, Message message) {
        return message == null ? null : MessageJson.write(message);
    }
}
