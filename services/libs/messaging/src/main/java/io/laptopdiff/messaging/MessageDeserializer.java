package io.laptopdiff.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import org.apache.kafka.common.serialization.Deserializer;

/** Messages from their JSON; what cannot be read is refused, and the connector keeps it aside. */
public final class MessageDeserializer implements Deserializer<Message> {
    @Override
    public Message deserialize(String topic, byte[] json) {
        return json == null ? null : MessageJson.read(json);
    }
}
