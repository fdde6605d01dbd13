package io.laptopdiff.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.laptopdiff.gateway.messaging.RunEvents;
import io.laptopdiff.gateway.runs.Runs;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How a variant's training went. */
@Path("/api/v1/runs/{id}/variants/{variant}/history")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "runs")
public class HistoryResource {
    /** More points than a curve on a screen shows. */
    private static final int MOST_STEPS = 1000;

    private static final List<String> SAID_ALREADY = List.of("runId", "variant");

    private final RunEvents events;
    private final Runs runs;

    HistoryResource(RunEvents events, Runs runs) {
        this.events = events;
        this.runs = runs;
    }

    @GET
    @Operation(
            operationId = "getHistory",
            summary = "Losses, feature terms, learning rate and speed by step, and the checkpoints",
            description =
                    "Read from the log. At most 1000 steps, evenly thinned, the newest among them;"
                            + " where a worker was replaced, what it did again counts.")
    @APIResponse(responseCode = "200", description = "steps and checkpoints")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Uni<String> history(
            @PathParam("id") String runId, @PathParam("variant") String variant) {
        Runs.variant(runs.find(runId), variant);
        return events.past(runId, event -> concerns(event, variant))
                .map(past -> Json.write(history(past)));
    }

    private static boolean concerns(PlacedEvent event, String variant) {
        return (event.event() instanceof DistillationProgressed
                        || event.event() instanceof CheckpointSaved)
                && ((VariantEvent) event.event()).variant().equals(variant);
    }

    private static JsonNode history(List<PlacedEvent> past) {
        Map<Integer, DistillationProgressed> steps = new TreeMap<>();
        Map<Integer, CheckpointSaved> checkpoints = new TreeMap<>();
        for (PlacedEvent event : past) {
            if (event.event() instanceof DistillationProgressed progressed) {
                steps.merge(
                        progressed.step(),
                        progressed,
                        (old, one) -> one.epoch() < old.epoch() ? old : one);
            } else if (event.event() instanceof CheckpointSaved saved) {
                checkpoints.put(saved.step(), saved);
            }
        }
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
