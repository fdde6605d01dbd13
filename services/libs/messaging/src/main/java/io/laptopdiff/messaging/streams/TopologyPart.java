package io.laptopdiff.messaging.streams;

import org.apache.kafka.streams.StreamsBuilder;

/**
 * One fold of events. A bean of this type becomes part of the one topology of its process; the
 * application must set {@code laptopdiff.folds.enabled=true} in its
 * META-INF/microprofile-config.properties and depend on quarkus-kafka-streams.
 */
public interface TopologyPart {
    /**
     * Adds the fold.
     *
     * @param messages the topics, already read and shared with the other parts: read each topic
     *     through it, for one topology can have no two sources of one topic
     */
    void addTo(StreamsBuilder builder, MessageStreams messages);
}
