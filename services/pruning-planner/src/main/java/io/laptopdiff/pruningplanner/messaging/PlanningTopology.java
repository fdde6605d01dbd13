package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.messaging.streams.MessageSerde;
import io.laptopdiff.messaging.streams.MessageStreams;
import io.laptopdiff.messaging.streams.RecordSerde;
import io.laptopdiff.messaging.streams.TopologyPart;
import io.laptopdiff.pruningplanner.planning.Advance;
import io.laptopdiff.pruningplanner.planning.RunFacts;
import io.laptopdiff.pruningplanner.planning.RunPlanner;
import io.laptopdiff.pruningplanner.planning.RunProgress;
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
    private final RunPlanner planner;
    private final PlanningMetrics metrics;

    PlanningTopology(RunPlanner planner, PlanningMetrics metrics) {
        this.planner = planner;
        this.metrics = metrics;
    }

    @Override
    public void addTo(StreamsBuilder builder, MessageStreams messages) {
        messages.of(Topics.SCORES)
                .process(new Supplier())
                .to(
                        (key, message, record) -> Topics.topicOf(message),
                        Produced.with(Serdes.String(), MessageSerde.any()));
    }

    private Advance advance(RunFacts facts, RunProgress progress) {
        return metrics.measure(facts.started().runId(), () -> planner.advance(facts, progress));
    }

    private final class Supplier implements ProcessorSupplier<String, Message, String, Message> {
        @Override
        public Processor<String, Message, String, Message> get() {
            return new PlanningProcessor(PlanningTopology.this::advance);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(
                    store(PlanningProcessor.RUNS, PlanningState.class),
                    store(PlanningProcessor.SLICES, UnitsScored.class),
                    store(PlanningProcessor.MEASURED, RemovalsMeasured.class));
        }
    }

    /** In memory, and on a changelog topic: whoever takes over a run finds all its slices. */
    private static <T extends java.lang.Record> StoreBuilder<?> store(String name, Class<T> type) {
        return Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), RecordSerde.of(type));
    }
}
