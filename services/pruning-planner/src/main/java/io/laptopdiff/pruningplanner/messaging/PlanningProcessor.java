package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.pruningplanner.planning.Advance;
import io.laptopdiff.pruningplanner.planning.RunFacts;
import io.laptopdiff.pruningplanner.planning.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Collects the facts of each run, each once, and sends what follows from them. Facts are kept one
 * by one, for all of them in one record could be larger than the broker takes.
 */
final class PlanningProcessor extends ContextualProcessor<String, Message, String, Message> {
    static final String RUNS = "planner-runs";
    static final String SLICES = "planner-slices";
    static final String MEASURED = "planner-measured";

    private final BiFunction<RunFacts, RunProgress, Advance> planning;
    private KeyValueStore<String, PlanningState> runs;
    private KeyValueStore<String, UnitsScored> slices;
    private KeyValueStore<String, RemovalsMeasured> measured;

    PlanningProcessor(BiFunction<RunFacts, RunProgress, Advance> planning) {
        this.planning = planning;
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        super.init(context);
        runs = context.getStateStore(RUNS);
        slices = context.getStateStore(SLICES);
        measured = context.getStateStore(MEASURED);
    }

    @Override
    public void process(Record<String, Message> record) {
        String runId = record.value().runId();
        PlanningState before = runs.get(runId);
        PlanningState state = before == null ? PlanningState.NEW : before;
        if (state.planned()) {
            return;
        }
        if (record.value() instanceof ScoringStarted start) {
            state = state.with(start);
        } else if (record.value() instanceof UnitsScored slice) {
            slices.putIfAbsent(slice.taskId(), slice);
        } else if (record.value() instanceof RemovalsMeasured removals) {
            // Sets that nobody asked for must not take the place of those that somebody did.
            measured.putIfAbsent(removals.id() + "/" + removals.sets().hashCode(), removals);
        } else {
            return;
        }
        if (state.started() != null) {
            RunFacts facts =
                    new RunFacts(state.started(), all(slices, runId), all(measured, runId));
            Advance advance = planning.apply(facts, state.progress());
            advance.messages().forEach(message -> forward(record, message));
            state = state.with(advance.progress());
        }
        if (state.planned()) {
            facts(slices, runId).forEach(slices::delete);
            facts(measured, runId).forEach(measured::delete);
        }
        runs.put(runId, state);
    }

    private static <T> List<T> all(KeyValueStore<String, T> store, String runId) {
        return facts(store, runId).stream().map(store::get).toList();
    }

    private static List<String> facts(KeyValueStore<String, ?> store, String runId) {
        List<String> keys = new ArrayList<>();
        // No run id holds a slash, so none is the beginning of another.
        try (KeyValueIterator<String, ?> found =
                store.prefixScan(runId + "/", new StringSerializer())) {
            found.forEachRemaining(fact -> keys.add(fact.key));
        }
        return keys;
    }

    private void forward(Record<String, Message> cause, Message message) {
        context().forward(cause.withKey(Topics.keyOf(message)).withValue(message));
    }
}
