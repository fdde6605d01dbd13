package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.messaging.streams.MessageSerde;
import io.laptopdiff.messaging.streams.MessageStreams;
import io.laptopdiff.messaging.streams.RecordSerde;
import io.laptopdiff.messaging.streams.TopologyPart;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Scores in; plans, failures and further tasks of scoring out. */
@ApplicationScoped
class PlanningTopology implements TopologyPart {
    private final PlanningWorker worker;

    PlanningTopology(PlanningWorker worker) {
        this.worker = worker;
    }

    @Override
    public void addTo(StreamsBuilder builder, MessageStreams messages) {
        messages.of(Topics.SCORES)
                .process(new Supplier())
                .to(
                        (key, message, record) -> message.topic(),
                        Produced.with(Serdes.String(), MessageSerde.any()));
    }

    private final class Supplier implements ProcessorSupplier<String, Message, String, Message> {
        @Override
        public Processor<String, Message, String, Message> get() {
            return new PlanningProcessor(worker::plan);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    store(PlanningProcessor.RUNS, PlanningState.class),
                    store(PlanningProcessor.SLICES, UnitsScored.class),
                    store(PlanningProcessor.MEASURED, RemovalsMeasured.class));
        }
    }

    /**
     * Makes a store in memory, and on a changelog topic: whoever takes over a run finds all its
     * slices.
     */
    private static <T extends java.lang.Record> StoreBuilder<?> store(String name, Class<T> type) {
        return Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), RecordSerde.of(type));
    }
}
