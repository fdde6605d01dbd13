package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.TopicSettings;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.gateway.status.RunFold;
import io.laptopdiff.messaging.streams.MessageSerde;
import io.laptopdiff.messaging.streams.MessageStreams;
import io.laptopdiff.messaging.streams.RecordSerde;
import io.laptopdiff.messaging.streams.TopologyPart;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/** Folds all events of a run into the run-status topic, which every gateway then holds whole. */
@ApplicationScoped
class RunStatusTopology implements TopologyPart {
    /** The store of every run's status as it stands on its topic, by runId. */
    static final String STATUS_STORE = "run-status";

    @Override
    public void addTo(StreamsBuilder builder, MessageStreams messages) {
        KStream<String, Message> events =
                Topics.events().stream().map(messages::of).reduce(KStream::merge).orElseThrow();
        // Events of variants are keyed otherwise, and the topics are cut into different numbers.
        events.selectKey((key, event) -> event.runId())
                .repartition(
                        Repartitioned.with(Serdes.String(), MessageSerde.any())
                                .withName("run-events")
                                .withNumberOfPartitions(statusPartitions()))
                .groupByKey()
                .aggregate(
                        () -> null,
                        RunStatusTopology::fold,
                        Materialized.<String, RunFold>as(Stores.inMemoryKeyValueStore("run-folds"))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(RecordSerde.of(RunFold.class)))
                .toStream()
                .mapValues(fold -> (Message) fold.status())
                .to(Topics.RUN_STATUS, Produced.with(Serdes.String(), MessageSerde.any()));
        // Bytes: a value that cannot be read must not end the thread that keeps this table.
        builder.globalTable(
                Topics.RUN_STATUS,
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Materialized.as(Stores.inMemoryKeyValueStore(STATUS_STORE)));
    }

    private static RunFold fold(String runId, Message event, RunFold before) {
        return (before == null ? RunFold.empty(runId) : before).with(event);
    }

    private static int statusPartitions() {
        return Topics.all().stream()
                .filter(topic -> topic.name().equals(Topics.RUN_STATUS))
                .mapToInt(TopicSettings::partitions)
                .findFirst()
                .orElseThrow();
    }
}
