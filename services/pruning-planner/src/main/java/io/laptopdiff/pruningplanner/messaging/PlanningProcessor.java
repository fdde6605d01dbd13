package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Collects the slices of each run, each once, and lets them be planned when all are there. Slices
 * are kept one by one, for all of them in one record could be larger than the broker takes.
 */
final class PlanningProcessor extends ContextualProcessor<String, Message, String, Message> {
    static final String RUNS = "planner-runs";
    static final String SLICES = "planner-slices";

    private final BiFunction<ScoringStarted, List<UnitsScored>, List<Event>> planning;
    private KeyValueStore<String, PlanningState> runs;
    private KeyValueStore<String, UnitsScored> slices;

    PlanningProcessor(BiFunction<ScoringStarted, List<UnitsScored>, List<Event>> planning) {
        this.planning = planning;
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        super.init(context);
        runs = context.getStateStore(RUNS);
        slices = context.getStateStore(SLICES);
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
            state = keep(slice, state);
        }
        if (state.ready()) {
            planning.apply(state.started(), take(runId)).forEach(event -> forward(record, event));
            state = state.done();
        }
        runs.put(runId, state);
    }

    private PlanningState keep(UnitsScored slice, PlanningState state) {
        UnitsScored before = slices.putIfAbsent(slice.taskId(), slice);
        return before == null ? state.withOneMoreSlice() : state;
    }

    /** The slices of a run, which are not needed any more. */
    private List<UnitsScored> take(String runId) {
        List<UnitsScored> taken = new ArrayList<>();
        // No run id holds a slash, so none is the beginning of another.
        try (KeyValueIterator<String, UnitsScored> found =
                slices.prefixScan(runId + "/", new StringSerializer())) {
            while (found.hasNext()) {
                KeyValue<String, UnitsScored> slice = found.next();
                taken.add(slice.value);
            }
        }
        taken.forEach(slice -> slices.delete(slice.taskId()));
        return taken;
    }

    private void forward(Record<String, Message> cause, Event event) {
        context().forward(cause.withKey(Topics.keyOf(event)).withValue((Message) event));
    }
}
