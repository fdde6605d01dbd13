package io.laptopdiff.messaging.streams;

import io.quarkus.arc.All;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/** Quarkus takes one topology per process; every fold there is becomes part of it. */
@IfBuildProperty(name = "laptopdiff.folds.enabled", stringValue = "true")
class OneTopology {
    // No scope: a client proxy of a Topology has empty fields, and Streams finds no sources in it.
    @Produces
    Topology topology(@All List<TopologyPart> parts) {
        StreamsBuilder builder = new StreamsBuilder();
        MessageStreams messages = new MessageStreams(builder);
        parts.forEach(part -> part.addTo(builder, messages));
        return builder.build();
    }
}
