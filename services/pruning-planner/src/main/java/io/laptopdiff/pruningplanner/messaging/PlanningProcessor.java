package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.pruningplanner.planning.Advance;
import io.laptopdiff.pruningplanner.planning.RunFacts;
import io.laptopdiff.pruningplanner.planning.RunProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Collects the facts of each run, each once, and sends what follows from them. What follows is
 * worked out beside the stream, one step of a run at a time; the step's messages and the progress
 * that they make go out in one transaction. A step that is not taken yet when this processor ends
 * is worked out anew by whoever has the run next. Facts are kept one by one, for all of them in one
 * record could be larger than the broker takes.
 */
final class PlanningProcessor extends ContextualProcessor<String, Message, String, Message> {
    static final String RUNS = "planner-runs";
    static final String SLICES = "planner-slices";
    static final String MEASURED = "planner-measured";

    /** The wait before the next look at a step: most take milliseconds. */
    private static final Duration LOOK_SOON = Duration.ofMillis(20);

    /**
     * The wait before later looks: every look ends in a transaction, so that one who plans for
     * minutes is looked at rarely.
     */
    private static final Duration LOOK_LATER = Duration.ofMillis(500);

    private static final int SOON = 50;

    private final BiFunction<RunFacts, RunProgress, CompletableFuture<Advance>> planning;
    private final Map<String, Step> steps = new HashMap<>();
    private KeyValueStore<String, PlanningState> runs;
    private KeyValueStore<String, UnitsScored> slices;
    private KeyValueStore<String, RemovalsMeasured> measured;
    private Cancellable looking;
    private int looks;

    /** A step of one run that is being worked out. */
    private static final class Step {
        private final CompletableFuture<Advance> advance;

        /** Whether facts came since the step began. */
        private boolean behind;

        private Step(CompletableFuture<Advance> advance) {
            this.advance = advance;
        }
    }

    PlanningProcessor(BiFunction<RunFacts, RunProgress, CompletableFuture<Advance>> planning) {
        this.planning = planning;
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        super.init(context);
        runs = context.getStateStore(RUNS);
        slices = context.getStateStore(SLICES);
        measured = context.getStateStore(MEASURED);
        takeUpSteps();
    }

    /**
     * Takes up the steps of open runs: whoever had them before may have ended in the middle of one.
     */
    private void takeUpSteps() {
        List<String> open = new ArrayList<>();
        try (KeyValueIterator<String, PlanningState> all = runs.all()) {
            all.forEachRemaining(
                    run -> {
                        if (!run.value.planned() && run.value.started() != null) {
                            open.add(run.key);
                        }
                    });
        }
        open.forEach(this::advance);
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
        runs.put(runId, state);
        if (state.started() != null) {
            advance(runId);
        }
    }

    /** Begins the next step of a run, now or once the present one is taken. */
    private void advance(String runId) {
        Step present = steps.get(runId);
        if (present != null) {
            present.behind = true;
            return;
        }
        PlanningState state = runs.get(runId);
        RunFacts facts = new RunFacts(state.started(), all(slices, runId), all(measured, runId));
        steps.put(runId, new Step(planning.apply(facts, state.progress())));
        looks = 0;
        look(LOOK_SOON);
    }

    private void look(Duration interval) {
        if (looking != null) {
            looking.cancel();
        }
        looking = context().schedule(interval, PunctuationType.WALL_CLOCK_TIME, this::takeSteps);
    }

    private void takeSteps(long now) {
        List<String> worked =
                steps.entrySet().stream()
                        .filter(step -> step.getValue().advance.isDone())
                        .map(Map.Entry::getKey)
                        .toList();
        worked.forEach(runId -> take(runId, now));
        looks++;
        if (steps.isEmpty()) {
            // An idle processor must not cause transactions.
            looking.cancel();
            looking = null;
        } else if (looks == SOON) {
            look(LOOK_LATER);
        }
    }

    private void take(String runId, long now) {
        Step step = steps.remove(runId);
        Advance advance = step.advance.join();
        for (Message message : advance.messages()) {
            context().forward(new Record<>(message.key(), message, now));
        }
        PlanningState state = runs.get(runId).with(advance.progress());
        runs.put(runId, state);
        if (state.planned()) {
            facts(slices, runId).forEach(slices::delete);
            facts(measured, runId).forEach(measured::delete);
        } else if (step.behind) {
            advance(runId);
        }
    }

    @Override
    public void close() {
        steps.values().forEach(step -> step.advance.cancel(false));
        steps.clear();
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
}
