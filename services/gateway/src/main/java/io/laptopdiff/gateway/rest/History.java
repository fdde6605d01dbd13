package io.laptopdiff.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A variant's training as its events tell it, of which it keeps what it shows. */
final class History {
    /** The most steps that a history lists: more points than a curve on a screen shows. */
    private static final int MOST_STEPS = 1000;

    private static final List<String> SAID_ALREADY = List.of("runId", "variant");

    private final String variant;
    private final Map<Integer, DistillationProgressed> steps = new TreeMap<>();
    private final Map<Integer, CheckpointSaved> checkpoints = new TreeMap<>();

    History(String variant) {
        this.variant = variant;
    }

    void add(Message event) {
        if (event instanceof DistillationProgressed progressed
                && progressed.variant().equals(variant)) {
            steps.merge(
                    progressed.step(),
                    progressed,
                    (old, one) -> one.epoch() < old.epoch() ? old : one);
        } else if (event instanceof CheckpointSaved saved && saved.variant().equals(variant)) {
            checkpoints.put(saved.step(), saved);
        }
    }

    JsonNode json() {
        ObjectNode history = JsonNodeFactory.instance.objectNode();
        thinned(new ArrayList<>(steps.values()))
                .forEach(step -> history.withArray("steps").add(withoutNames(step)));
        checkpoints.values().forEach(c -> history.withArray("checkpoints").add(withoutNames(c)));
        history.withArray("steps");
        history.withArray("checkpoints");
        return history;
    }

    private static <T> List<T> thinned(List<T> all) {
        if (all.size() <= MOST_STEPS) {
            return all;
        }
        List<T> some = new ArrayList<>(MOST_STEPS);
        for (int i = 0; i < MOST_STEPS; i++) {
            some.add(all.get((int) ((long) i * (all.size() - 1) / (MOST_STEPS - 1))));
        }
        return some;
    }

    private static JsonNode withoutNames(Object event) {
        return ((ObjectNode) Json.tree(event)).remove(SAID_ALREADY);
    }
}
