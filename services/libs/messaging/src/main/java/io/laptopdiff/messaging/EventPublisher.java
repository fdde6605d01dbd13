package io.laptopdiff.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.Topics;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;

/** Publishes every message on its own topic and under its own key, as {@link Topics} says. */
@ApplicationScoped
public class EventPublisher {
    private final MutinyEmitter<Message> messages;

    EventPublisher(@Channel("messaging-events-out") MutinyEmitter<Message> messages) {
        this.messages = messages;
    }

    /** Returns once every replica that must have it has it. May not be called on an event loop. */
    public void publish(Message message) {
        send(message).await().indefinitely();
    }

    /** Completes once every replica that must have it has it. */
    public Uni<Void> send(Message message) {
        OutgoingKafkaRecordMetadata<String> target =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withTopic(message.topic())
                        .withKey(message.key())
                        .build();
        return messages.sendMessage(
                org.eclipse.microprofile.reactive.messaging.Message.of(message)
                        .addMetadata(target));
    }
}
